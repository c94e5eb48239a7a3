"""What a look into the dead-letter queue shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DeadLetter:
    """One message of the preview. `age_seconds` since its event was first queued; the body may be cut."""

    idempotency_key: str
    error_type: str
    error_category: str
    attempts: int
    age_seconds: float
    receive_count: int
    redrive_count: int
    body: str

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "DeadLetter":
        return cls(
            idempotency_key=document["idempotencyKey"],
            error_type=document["errorType"],
            error_category=document["errorCategory"],
            attempts=document["attempts"],
            age_seconds=document["ageSeconds"],
            receive_count=document["receiveCount"],
            redrive_count=document["redriveCount"],
            body=document["body"],
        )


@dataclass(frozen=True)
class Preview:
    """`scanned` messages were looked at and `letters` match; `stop_reason` says why it looked no further."""

    letters: list[DeadLetter]
    scanned: int
    stop_reason: str
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Preview":
        letters = [DeadLetter.from_document(message) for message in document["messages"]]
        return cls(letters, document["scanned"], document["stopReason"], document)
