"""A message of the files' dead-letter queue: which file, and why it is there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.files.rounds.s3_event import UnreadableMessage, parse_s3_event

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageAttributeValueOutputTypeDef, MessageTypeDef

UNKNOWN = "unknown"
_NO_REASON = "SQS moved it here: no round lived to say why"


@dataclass(frozen=True)
class DeadLetter:
    """`identity` is that of the files table, None where the body is no S3 event; `sent` epoch seconds."""

    message_id: str
    receipt_handle: str
    body: str
    attributes: "dict[str, MessageAttributeValueOutputTypeDef]"
    identity: str | None
    error_type: str
    reason: str
    sent: float

    @classmethod
    def of(cls, message: "MessageTypeDef") -> "DeadLetter":
        """Of a message that was received with all its attributes. What a round could not say is unknown."""
        attributes = message.get("MessageAttributes", {})

        def text(name: str) -> str | None:
            return attributes[name].get("StringValue") if name in attributes else None

        return cls(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            body=message["Body"],
            attributes=attributes,
            identity=_identity(message),
            error_type=text("errorType") or UNKNOWN,
            reason=text("reason") or _NO_REASON,
            sent=int(message["Attributes"]["SentTimestamp"]) / 1000,
        )


def _identity(message: "MessageTypeDef") -> str | None:
    try:
        task = parse_s3_event(
            message["Body"], message_id=message["MessageId"], receive_count=1, round_id="none"
        )
    except UnreadableMessage:
        return None
    return task.file
