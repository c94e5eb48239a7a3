"""Batch of log lines, as CloudWatch Logs hands it to a subscribed function."""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SubscribedLine:
    """`id` is unique to the event, whatever the number of its deliveries; `timestamp` is in milliseconds."""

    id: str
    timestamp: int
    message: str


@dataclass(frozen=True)
class LogBatch:
    """Lines of one stream."""

    group: str
    stream: str
    owner: str
    lines: tuple[SubscribedLine, ...]

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "LogBatch":
        """Base64 of gzip of JSON. A CONTROL_MESSAGE, by which CloudWatch Logs tries whether the destination
        can be reached, has no lines.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
        """
        data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
        lines = data["logEvents"] if data["messageType"] == "DATA_MESSAGE" else []
        return cls(
            group=data["logGroup"],
            stream=data["logStream"],
            owner=data["owner"],
            lines=tuple(SubscribedLine(each["id"], each["timestamp"], each["message"]) for each in lines),
        )
