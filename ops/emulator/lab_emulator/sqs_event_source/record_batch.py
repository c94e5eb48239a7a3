"""Batch of records that one invocation is given, in the shape that Lambda gives them.

Lambda developer guide, with-sqs, "Example standard queue message event".
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from localstack.utils.aws.arns import parse_arn

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Of a synchronous invocation (Lambda developer guide, gettingstarted-limits)."""

_PREFIX, _SEPARATOR, _SUFFIX = '{"Records": [', ", ", "]}"


@dataclass(frozen=True)
class EventRecord:
    """One message: what is needed to delete it, and its part of the event.

    `received_at` is in `time.monotonic` seconds: the visibility timeout is counted from there.
    """

    message_id: str
    receipt_handle: str
    received_at: float
    content: dict[str, Any]

    @cached_property
    def json_text(self) -> str:
        return json.dumps(self.content)

    @property
    def size_bytes(self) -> int:
        return len(self.json_text)  # json.dumps escapes what is not ASCII


@dataclass
class RecordBatch:
    """Records received within one batching window, up to `max_records` and 6 MB."""

    max_records: int
    records: list[EventRecord] = field(default_factory=list)
    size_bytes: int = len(_PREFIX) + len(_SUFFIX)

    @property
    def began_at(self) -> float:
        """When the first record was received, in `time.monotonic` seconds."""
        return self.records[0].received_at

    @property
    def missing(self) -> int:
        """How many more records it takes."""
        return self.max_records - len(self.records)

    def takes(self, record: EventRecord) -> bool:
        """Whether `record` fits in. The first one always does, or it would never be delivered."""
        if not self.records:
            return True
        grown_bytes = self.size_bytes + len(_SEPARATOR) + record.size_bytes
        return self.missing > 0 and grown_bytes <= MAX_PAYLOAD_BYTES

    def add(self, record: EventRecord) -> None:
        self.size_bytes += record.size_bytes + (len(_SEPARATOR) if self.records else 0)
        self.records.append(record)

    @property
    def message_ids(self) -> set[str]:
        return {record.message_id for record in self.records}

    def receipt_handles_except(self, message_ids: Iterable[str]) -> list[str]:
        """Of every record that is not named in `message_ids`."""
        left_out = set(message_ids)
        return [record.receipt_handle for record in self.records if record.message_id not in left_out]

    def payload(self) -> bytes:
        """The event: `{"Records": [...]}`."""
        return (_PREFIX + _SEPARATOR.join(record.json_text for record in self.records) + _SUFFIX).encode()


def to_record(message: dict[str, Any], queue_arn: str, received_at: float) -> EventRecord:
    """Translate one message of a ReceiveMessage response. The body is passed on as it is."""
    content = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: _to_message_attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": parse_arn(queue_arn)["region"],
    }
    if "MD5OfMessageAttributes" in message:
        content["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return EventRecord(message["MessageId"], message["ReceiptHandle"], received_at, content)


def _to_message_attribute(value: dict[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute
