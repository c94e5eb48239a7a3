"""Found letter: a message of the DLQ or of the parking queue, with what the state table knows of its key."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.common.sqs_message import PARKED_REASON, TRACE_HEADER
from functions.ingestion.identity import is_malformed
from functions.redrive.dead_letters import IngestionDeadLetter, LetterFailure, failure_of

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef


@dataclass(frozen=True)
class FoundLetter:
    """`message` is SQS's own; `item` the key's in DynamoDB's typed attributes, None where there is none.

    `first_seen` and `last_seen` are epoch seconds: when the event was first taken up (or queued, where the
    table does not know), and when it failed last. `visible` is false while somebody has received it.
    """

    message: "MessageTypeDef"
    letter: IngestionDeadLetter
    failure: LetterFailure
    key: str
    item: Mapping[str, Any] | None
    first_seen: float
    last_seen: float | None
    visible: bool

    @classmethod
    def of(cls, message: "MessageTypeDef", items: Mapping[str, Mapping[str, Any]]) -> "FoundLetter":
        """`items` by key. A message that does not tell when it was sent counts as sent at once."""
        told: dict[Any, str] = dict(message.get("Attributes", {}))
        system = {"SentTimestamp": "0", "ApproximateReceiveCount": "0", **told}
        letter = IngestionDeadLetter.from_message({**message, "Attributes": system})
        key = letter.identity.key
        item = items.get(key)
        known = item or {}
        return cls(
            message=message,
            letter=letter,
            failure=failure_of(letter, item),
            key=key,
            item=item,
            first_seen=_time(known, "firstSeenAt") or letter.sent_at,
            last_seen=_time(known, "processedAt"),
            visible=told.get("IsVisible", "true") == "true",
        )

    @property
    def message_id(self) -> str:
        return self.letter.message_id

    @property
    def body(self) -> str:
        return self.letter.body

    @property
    def parked_reason(self) -> str:
        """Why it was parked; empty where it was not, or its attributes left no room for that."""
        return self.letter.text(PARKED_REASON) or (self.item or {}).get("parkedReason", {}).get("S", "")

    @property
    def key_is_its_own(self) -> bool:
        """Whether the sender gave the key: else it is made from the body."""
        return not is_malformed(self.letter.identity)

    @property
    def trace_id(self) -> str:
        """X-Ray's id of the trace in which it was sent; empty where its header names none."""
        parts = dict(part.partition("=")[::2] for part in self.letter.system.get(TRACE_HEADER, "").split(";"))
        return parts.get("Root", "")

    @property
    def attributes(self) -> list[tuple[str, str, str]]:
        """Name, type and value of each attribute, SQS's own last; a binary value is in base64."""
        own = [
            (name, str(value.get("DataType", "")), _value(value))
            for name, value in sorted(self.message.get("MessageAttributes", {}).items())
        ]
        system = sorted(self.message.get("Attributes", {}).items())
        return own + [(name, "of SQS", str(value)) for name, value in system]

    def age_seconds(self, now: float) -> float:
        """Since its event was queued."""
        return self.letter.age_seconds(now)


def _value(attribute: Mapping[str, Any]) -> str:
    if isinstance(attribute.get("BinaryValue"), bytes):
        return base64.b64encode(attribute["BinaryValue"]).decode()
    return str(attribute.get("StringValue", ""))


def _time(item: Mapping[str, Any], name: str) -> float | None:
    try:
        return datetime.fromisoformat(item[name]["S"]).timestamp()
    except (KeyError, ValueError):
        return None
