"""What the files table keeps of one file: its checkpoint, its batches, its attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from functions.common.dynamodb_items import from_item
from functions.files.rounds.files_table import ATTEMPT_PREFIX, BATCH_PREFIX, CHECKPOINT, ENTRY, FILE

Attributes = Mapping[str, Any]


class Status(StrEnum):
    """Of a file. INFLIGHT says that it was begun, and nothing of whether somebody is at it; FAILED how its
    last attempt ended: it is final once the file's message is in the DLQ."""

    INFLIGHT = "INFLIGHT"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How far a file has come: rows before `next_row` are done with. Times in epoch seconds; 0 is none."""

    identity: str
    key: str
    status: Status
    next_row: int
    rows_delivered: int
    rows_rejected: int
    rows_repeated: int
    attempts: int
    size_bytes: int
    first_seen: float
    updated: float
    finished: float
    error_type: str
    reason: str

    @classmethod
    def from_item(cls, item: Attributes) -> "Checkpoint":
        values = from_item(item)
        return cls(
            identity=values[FILE],
            key=values["key"],
            status=Status(values["status"]),
            next_row=values.get("nextRow", 1),
            rows_delivered=values.get("rowsDelivered", 0),
            rows_rejected=values.get("rowsRejected", 0),
            rows_repeated=values.get("rowsRepeated", 0),
            attempts=values.get("attempts", 0),
            size_bytes=values.get("sizeBytes", 0),
            first_seen=_epoch_seconds(values.get("firstSeenAt")),
            updated=_epoch_seconds(values.get("updatedAt")),
            finished=_epoch_seconds(values.get("finishedAt")),
            error_type=values.get("errorType", ""),
            reason=values.get("reason", ""),
        )


class BatchState(StrEnum):
    """SENDING is also what a killed attempt leaves behind: any of the batch's rows may have been sent."""

    SENDING = "SENDING"
    DELIVERED = "DELIVERED"
    PARTIAL = "PARTIAL"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One attempt at the rows from `first_row` to `last_row`; times in epoch milliseconds, 0 while SENDING.

    `delivered` and `unknown` are of a PARTIAL one: rows that were taken, and rows whose call got no answer.
    `repeated` counts the rows that it sent although an earlier attempt may have.
    """

    first_row: int
    last_row: int
    attempt: int
    state: BatchState
    started: int
    ended: int = 0
    repeated: int = 0
    delivered: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()

    @classmethod
    def from_item(cls, item: Attributes) -> "Batch":
        values = from_item(item)
        return cls(
            first_row=values["firstRow"],
            last_row=values["lastRow"],
            attempt=int(values[ENTRY].rpartition("#")[2]),
            state=BatchState(values["state"]),
            started=values["startedAt"],
            ended=values.get("endedAt", 0),
            repeated=values["repeated"],
            delivered=frozenset(values.get("delivered", ())),
            unknown=frozenset(values.get("unknown", ())),
        )

    @property
    def rows(self) -> frozenset[int]:
        return frozenset(range(self.first_row, self.last_row + 1))


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One invocation's work on a file, in epoch milliseconds; `ended` is 0 if it was killed or is at work."""

    started: int
    ended: int = 0
    outcome: str = ""
    rows: int = 0

    @classmethod
    def from_item(cls, item: Attributes) -> "Attempt":
        values = from_item(item)
        return cls(
            started=values["startedAt"],
            ended=values.get("endedAt", 0),
            outcome=values.get("outcome", ""),
            rows=values.get("rows", 0),
        )


@dataclass(frozen=True)
class FileRecords:
    """Everything that the table has of one file; `checkpoint` is None where no attempt has begun."""

    identity: str
    checkpoint: Checkpoint | None = None
    batches: tuple[Batch, ...] = ()
    attempts: tuple[Attempt, ...] = ()

    @classmethod
    def from_items(cls, identity: str, items: Sequence[Attributes]) -> "FileRecords":
        entries = [(item[ENTRY]["S"], item) for item in items]
        checkpoints = [Checkpoint.from_item(item) for entry, item in entries if entry == CHECKPOINT]
        return cls(
            identity,
            checkpoints[0] if checkpoints else None,
            tuple(Batch.from_item(item) for entry, item in entries if entry.startswith(BATCH_PREFIX)),
            tuple(Attempt.from_item(item) for entry, item in entries if entry.startswith(ATTEMPT_PREFIX)),
        )


def _epoch_seconds(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0
