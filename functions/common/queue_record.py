"""One record of an SQS event, of a function that an event source mapping feeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class QueueRecord:
    """`receive_count` is 1 at the first delivery; `attributes` are the message's texts, by name."""

    message_id: str
    receipt_handle: str
    body: str
    receive_count: int
    attributes: Mapping[str, str]

    @classmethod
    def from_event(cls, record: Mapping[str, Any]) -> "QueueRecord":
        return cls(
            message_id=record["messageId"],
            receipt_handle=record["receiptHandle"],
            body=record["body"],
            receive_count=int(record["attributes"]["ApproximateReceiveCount"]),
            attributes={
                name: value["stringValue"]
                for name, value in record.get("messageAttributes", {}).items()
                if "stringValue" in value
            },
        )
