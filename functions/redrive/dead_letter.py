"""One message of the dead-letter queue."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.sqs_message import ERROR_TYPE_CANDIDATE, IDEMPOTENCY_KEY, REDRIVE_COUNT
from functions.ingestion.idempotency import Identity, identify

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef


@dataclass(frozen=True)
class DeadLetter:
    """`sent_at`, in seconds since the epoch, is when the event was first queued.

    The dead-letter queue of a standard queue keeps that time (SQS developer guide, "Using dead-letter
    queues").
    """

    message_id: str
    receipt_handle: str
    body: str
    attributes: dict[str, dict[str, Any]]
    sent_at: float
    receive_count: int

    @classmethod
    def from_message(cls, message: "MessageTypeDef") -> "DeadLetter":
        system = message["Attributes"]
        return cls(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            body=message["Body"],
            attributes={
                name: _sendable(dict(attribute))
                for name, attribute in message.get("MessageAttributes", {}).items()
            },
            sent_at=int(system["SentTimestamp"]) / 1000,
            receive_count=int(system["ApproximateReceiveCount"]),
        )

    def age_seconds(self, now: float) -> float:
        """How long ago the event was queued; never negative, whatever the clocks."""
        return max(0.0, now - self.sent_at)

    @property
    def identity(self) -> Identity:
        """The identity under which the worker kept its state."""
        return identify(self.body, self.text(IDEMPOTENCY_KEY))

    @property
    def error_type_candidate(self) -> str | None:
        return self.text(ERROR_TYPE_CANDIDATE)

    @property
    def redrive_count(self) -> int:
        """How often it was redriven before; 0 if the attribute is missing or not ours."""
        count = self.text(REDRIVE_COUNT) or ""
        return int(count) if count.isascii() and count.isdigit() else 0

    def text(self, name: str) -> str | None:
        """A String or Number attribute's value."""
        return self.attributes.get(name, {}).get("StringValue")


def _sendable(attribute: dict[str, Any]) -> dict[str, Any]:
    """A received attribute as SendMessage takes it: the list values are reserved and refused."""
    return {name: attribute[name] for name in ("DataType", "StringValue", "BinaryValue") if name in attribute}
