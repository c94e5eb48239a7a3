"""A redrive job, as the API tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FINAL = frozenset({"CANCELLED", "SUCCEEDED", "FAILED"})


@dataclass(frozen=True)
class Job:
    """`document` is the API's own; counts are in messages."""

    job_id: str
    status: str
    moved: int
    skipped: int
    parked: int
    failed: int
    max_messages: int
    stop_reason: str | None
    reason: str | None
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Job":
        return cls(
            job_id=document["jobId"],
            status=document["status"],
            moved=document["moved"],
            skipped=document["skipped"],
            parked=document["parked"],
            failed=document["failed"],
            max_messages=document["maxMessages"],
            stop_reason=document.get("stopReason"),
            reason=document.get("reason"),
            document=document,
        )

    @property
    def is_finished(self) -> bool:
        return self.status in FINAL

    @property
    def taken(self) -> int:
        """What counts towards `max_messages`."""
        return self.moved + self.parked + self.failed

    @property
    def seconds(self) -> float | None:
        """From the request to the end; None before that."""
        if "finishedAt" not in self.document:
            return None
        begun, ended = (
            datetime.fromisoformat(self.document[name].replace("Z", "+00:00"))
            for name in ("createdAt", "finishedAt")
        )
        return (ended - begun).total_seconds()
