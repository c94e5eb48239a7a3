"""One record of an SQS batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.common.message import IDEMPOTENCY_KEY
from functions.ingestion.idempotency import Identity, identify


@dataclass(frozen=True)
class Record:
    """What the worker needs of a record. `receive_count` is 1 at the first delivery."""

    message_id: str
    body: str
    identity: Identity
    receive_count: int

    @classmethod
    def from_event(cls, record: Mapping[str, Any]) -> "Record":
        """Never fails for what a sender put in: a malformed message must fail by itself, later."""
        attribute = record.get("messageAttributes", {}).get(IDEMPOTENCY_KEY, {})
        return cls(
            message_id=record["messageId"],
            body=record["body"],
            identity=identify(record["body"], attribute.get("stringValue")),
            receive_count=int(record["attributes"]["ApproximateReceiveCount"]),
        )
