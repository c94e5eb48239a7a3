"""The SQS message: names of its attributes, and the limits that SQS sets for it.

Limits: Amazon SQS developer guide, "Message quotas".
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

IDEMPOTENCY_KEY = "idempotencyKey"
SUBMITTED_AT = "submittedAt"
ERROR_TYPE_CANDIDATE = "errorTypeCandidate"
REDRIVE_COUNT = "redriveCount"
PARKED_REASON = "parkedReason"
NO_ERROR_TYPE = "NONE"

MAX_BYTES = 1_048_576  # of a message, and of all messages in one SendMessageBatch together
MAX_ATTRIBUTES = 10
MAX_BATCH_ENTRIES = 10

Attributes = Mapping[str, Mapping[str, Any]]
"""As SendMessage takes and ReceiveMessage returns them: DataType, and StringValue or BinaryValue."""


def text_attribute(value: str) -> "MessageAttributeValueTypeDef":
    """A String attribute."""
    return {"DataType": "String", "StringValue": value}


def number_attribute(value: int) -> "MessageAttributeValueTypeDef":
    """A Number attribute: SQS carries it as text."""
    return {"DataType": "Number", "StringValue": str(value)}


def size_bytes(body: str, attributes: Attributes) -> int:
    """What SQS counts against `MAX_BYTES`: the body, and each attribute's name, type and value."""
    return len(body.encode("utf-8", "surrogatepass")) + sum(
        len(name.encode()) + len(attribute["DataType"].encode()) + _value_bytes(attribute)
        for name, attribute in attributes.items()
    )


def _value_bytes(attribute: Mapping[str, Any]) -> int:
    if "BinaryValue" in attribute:
        return len(attribute["BinaryValue"])
    return len(str(attribute["StringValue"]).encode())
