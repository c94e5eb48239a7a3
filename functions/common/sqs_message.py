"""SQS message: names of its attributes, the limits that SQS sets for it, how many one request takes, and how
a walk through a queue ends.

Limits: Amazon SQS developer guide, "Message quotas". Standard library only: `infra` may import this.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import MessageSystemAttributeNameType
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
# A walk through a queue that takes longer than its hold meets its own messages again. So many receives in a
# row without a new one mean that it has seen them all: a standard queue hands out what waits in roughly the
# order of arrival.
RECEIVES_WITHOUT_NEWS = 20
MAX_REASON_CHARACTERS = 1024  # the app's own limit, of the attribute `reason` that says why a message failed

# System attributes that a sender may set, and that a copy keeps. SQS counts neither towards `MAX_BYTES` (SQS
# developer guide, "Amazon SQS message metadata"; a group on a standard queue: "Amazon SQS fair queues").
MESSAGE_GROUP_ID: "MessageSystemAttributeNameType" = "MessageGroupId"
TRACE_HEADER: "MessageSystemAttributeNameType" = "AWSTraceHeader"
KEPT_SYSTEM_ATTRIBUTES = (MESSAGE_GROUP_ID, TRACE_HEADER)

T = TypeVar("T")

Attributes = Mapping[str, Mapping[str, Any]]
"""As SendMessage takes and ReceiveMessage returns them: DataType, and StringValue or BinaryValue."""


SystemAttributes: TypeAlias = "Mapping[MessageSystemAttributeNameType, str]"
"""As ReceiveMessage returns them."""


def text_attribute(value: str) -> "MessageAttributeValueTypeDef":
    """A String attribute."""
    return {"DataType": "String", "StringValue": value}


def number_attribute(value: int) -> "MessageAttributeValueTypeDef":
    """A Number attribute: SQS carries it as text."""
    return {"DataType": "Number", "StringValue": str(value)}


def sendable_attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """A received attribute as SendMessage takes it: ReceiveMessage returns lists as well, always empty, which
    are reserved and refused."""
    return {
        name: attribute[name]
        for name in ("DataType", "StringValue", "BinaryValue")
        if attribute.get(name) is not None
    }


def kept_system_attributes(system: "SystemAttributes") -> dict[str, Any]:
    """The parameters of SendMessage by which a copy keeps what `system`, of ReceiveMessage, tells."""
    group, trace = system.get(MESSAGE_GROUP_ID), system.get(TRACE_HEADER)
    return ({MESSAGE_GROUP_ID: group} if group else {}) | (
        {"MessageSystemAttributes": {TRACE_HEADER: text_attribute(trace)}} if trace else {}
    )


def size_bytes(body: str, attributes: Attributes) -> int:
    """What SQS counts against `MAX_BYTES`: the body, and each attribute's name, type and value.

    Never fails for what they hold: text that is not valid Unicode, or no value at all, is for SQS to refuse.
    """
    return _text_bytes(body) + sum(
        _text_bytes(name) + _text_bytes(attribute.get("DataType", "")) + _value_bytes(attribute)
        for name, attribute in attributes.items()
    )


def _value_bytes(attribute: Mapping[str, Any]) -> int:
    if "BinaryValue" in attribute:
        return len(attribute["BinaryValue"])
    return _text_bytes(attribute.get("StringValue", ""))


def _text_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def grouped(
    entries: Iterable[T], size_bytes: Callable[[T], int], *, max_bytes: int, max_entries: int | None = None
) -> Iterator[list[T]]:
    """Yield the entries in their order, as many at a time as both limits allow.

    An entry above `max_bytes` by itself stands alone, so that the service refuses that one and no other.
    """
    group: list[T] = []
    group_bytes = 0
    for entry in entries:
        entry_bytes = size_bytes(entry)
        if group and (len(group) == max_entries or group_bytes + entry_bytes > max_bytes):
            yield group
            group, group_bytes = [], 0
        group.append(entry)
        group_bytes += entry_bytes
    if group:
        yield group


def tens(receipt_handles: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as one call takes that sends no message."""
    for start in range(0, len(receipt_handles), MAX_BATCH_ENTRIES):
        yield receipt_handles[start : start + MAX_BATCH_ENTRIES]


def batches(messages: Iterable[T], size_bytes: Callable[[T], int]) -> Iterator[list[T]]:
    """Messages that one SendMessageBatch takes: at most 10 at a time and at most `MAX_BYTES` together.

    SQS adds up the sizes of a batch's messages, attributes included, and refuses the whole batch above the
    limit.
    """
    return grouped(messages, size_bytes, max_bytes=MAX_BYTES, max_entries=MAX_BATCH_ENTRIES)
