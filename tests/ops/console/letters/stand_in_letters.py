"""Letters as the emulator lists them, made up."""

import json
import time
from typing import Any

from functions.common.sqs_message import text_attribute
from functions.ingestion.identity import checksum
from ops.lab.console.letters.found_letter import FoundLetter


def message(key: str | None = "key-1", body: str | None = None, **changes: Any) -> dict[str, Any]:
    """A message of the DLQ, which was queued a minute ago."""
    attributes = {} if key is None else {"idempotencyKey": text_attribute(key)}
    body = json.dumps({"orderId": key, "amount": 1}) if body is None else body
    if "redrives" in changes:
        attributes["redriveCount"] = text_attribute(str(changes["redrives"]))
    return {
        "MessageId": changes.get("message_id", f"id-of-{key}"),
        "ReceiptHandle": "of no use",
        "Body": body,
        "MessageAttributes": attributes | changes.get("attributes", {}),
        "Attributes": {
            "SentTimestamp": str(int((time.time() - changes.get("age", 60)) * 1000)),
            "ApproximateReceiveCount": "3",
            "IsVisible": changes.get("visible", "true"),
            **changes.get("system", {}),
        },
    }


def item(key: str, body: str, status: str = "FAILED", **attributes: str) -> dict[str, Any]:
    """What the state table has of a key."""
    return {
        "idempotencyKey": {"S": key},
        "status": {"S": status},
        "checksum": {"S": checksum(body)},
        "attempts": {"N": "3"},
        **{name: {"S": value} for name, value in attributes.items()},
    }


def letter(key: str = "key-1", error: tuple[str, str] | None = None, **changes: Any) -> FoundLetter:
    """A found letter; `error` is its type and category."""
    made: Any = message(key, **changes)
    items = (
        {key: item(key, made["Body"], errorType=error[0], errorCategory=error[1])}
        if error is not None
        else {}
    )
    return FoundLetter.of(made, items)
