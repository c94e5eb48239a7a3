"""What the files table keeps of one file: its checkpoint, its batches, its attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from functions.staggered.files_table import ATTEMPT_PREFIX, BATCH_PREFIX, CHECKPOINT, ENTRY, FILE

_plain = TypeDeserializer().deserialize

Attributes = Mapping[str, Any]


class Status(StrEnum):
    """Of a file. INFLIGHT says that it was begun, and nothing of whether somebody is at it."""

    INFLIGHT = "INFLIGHT"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Checkpoint:
    """How far a file has come. Times are as the function wrote them, in epoch milliseconds; 0 is none."""

    identity: str
    key: str
    status: Status
    rows_delivered: int
    rows_rejected: int
    rows_repeated: int
    attempts: int
    size_bytes: int
    first_seen: int
    updated: int
    finished: int
    error_type: str
    reason: str

    @classmethod
    def from_item(cls, item: Attributes) -> "Checkpoint":
        values = {name: _plain(value) for name, value in item.items()}

        def count(name: str) -> int:
            return int(values.get(name) or 0)

        return cls(
            identity=values[FILE],
            key=values["key"],
            status=Status(values["status"]),
            rows_delivered=count("rowsDelivered"),
            rows_rejected=count("rowsRejected"),
            rows_repeated=count("rowsRepeated"),
            attempts=count("attempts"),
            size_bytes=count("sizeBytes"),
            first_seen=count("firstSeenAt"),
            updated=count("updatedAt"),
            finished=count("finishedAt"),
            error_type=values.get("errorType") or "",
            reason=values.get("reason") or "",
        )


class BatchState(StrEnum):
    """SENDING is also what a killed attempt leaves behind: any of the batch's rows may have been sent."""

    SENDING = "SENDING"
    DELIVERED = "DELIVERED"
    PARTIAL = "PARTIAL"


@dataclass(frozen=True)
class Batch:
    """Rows that were sent together. `delivered` names them where only a part was; `repeated` counts those
    that an earlier batch may have sent already. `ended` (epoch milliseconds) is 0 while it is SENDING."""

    first_row: int
    last_row: int
    state: BatchState
    delivered: tuple[int, ...]
    repeated: int
    started: int
    ended: int

    @classmethod
    def from_item(cls, item: Attributes) -> "Batch":
        values = {name: _plain(value) for name, value in item.items()}
        return cls(
            first_row=int(values["firstRow"]),
            last_row=int(values["lastRow"]),
            state=BatchState(values["state"]),
            delivered=tuple(sorted(int(row) for row in values.get("delivered") or ())),
            repeated=int(values.get("repeated") or 0),
            started=int(values["startedAt"]),
            ended=int(values.get("endedAt") or 0),
        )

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The rows that it delivered, or may have, as first and last of each stretch."""
        if self.state is BatchState.PARTIAL:
            return [(row, row) for row in self.delivered]
        return [(self.first_row, self.last_row)]


@dataclass(frozen=True)
class Attempt:
    """One invocation's work on a file, in epoch milliseconds; `ended` is 0 if it was killed or is at work."""

    started: int
    ended: int
    outcome: str
    rows: int

    @classmethod
    def from_item(cls, item: Attributes) -> "Attempt":
        values = {name: _plain(value) for name, value in item.items()}
        return cls(
            started=int(values["startedAt"]),
            ended=int(values.get("endedAt") or 0),
            outcome=values.get("outcome") or "",
            rows=int(values.get("rows") or 0),
        )


@dataclass(frozen=True)
class FileRecords:
    """Everything that the table has of one file; `checkpoint` is None where no attempt has begun."""

    identity: str
    checkpoint: Checkpoint | None
    batches: tuple[Batch, ...]
    attempts: tuple[Attempt, ...]

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
