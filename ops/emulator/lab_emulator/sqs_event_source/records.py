"""The records of an event, in the shape that Lambda gives them.

Lambda developer guide, with-sqs, "Example standard queue message event".
"""

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from localstack.utils.aws.arns import parse_arn


@dataclass(frozen=True)
class Record:
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


def to_record(message: dict[str, Any], queue_arn: str, received_at: float) -> Record:
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
    return Record(message["MessageId"], message["ReceiptHandle"], received_at, content)


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
