"""What the files table tells of a batch of rows, before it is sent and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from functions.files.rounds.files_table import ENTRY, FILE, batch_entry


class BatchState(StrEnum):
    """What stays SENDING belongs to a process that died. Where the checkpoint's `nextRow` is beyond it, every
    row was delivered all the same, and only this record was not concluded."""

    SENDING = "SENDING"
    DELIVERED = "DELIVERED"  # or rejected: every row is done with
    PARTIAL = "PARTIAL"


@dataclass(frozen=True, kw_only=True)
class BatchRecord:
    """One attempt at a batch. Times are milliseconds since the epoch, row numbers from 1.

    `repeated` counts the rows that an earlier attempt may have delivered, unheard of. `delivered` and
    `unknown` are of a PARTIAL batch: rows that the API took, and rows of which it did not say in time.
    """

    first_row: int
    last_row: int
    attempt: int
    state: BatchState
    repeated: int
    started_at: int
    ended_at: int | None = None
    delivered: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()

    def partial(self, delivered: Iterable[int], unknown: Iterable[int], ended_at: int) -> "BatchRecord":
        """As it stands after the last call, before the checkpoint has moved: another attempt would know."""
        return replace(
            self,
            state=BatchState.PARTIAL,
            delivered=tuple(sorted(delivered)),
            unknown=tuple(sorted(unknown)),
            ended_at=ended_at,
        )

    def concluded(self) -> "BatchRecord":
        """As it stands once the checkpoint has moved beyond it."""
        return replace(self, state=BatchState.DELIVERED)

    def as_document(self, file: str) -> dict[str, Any]:
        """As plain values of the table."""
        document = {
            FILE: file,
            ENTRY: batch_entry(self.first_row, self.attempt),
            "firstRow": self.first_row,
            "lastRow": self.last_row,
            "state": self.state.value,
            "repeated": self.repeated,
            "startedAt": self.started_at,
        }
        if self.ended_at is not None:
            document["endedAt"] = self.ended_at
        if self.state is BatchState.PARTIAL:
            document |= {"delivered": list(self.delivered), "unknown": list(self.unknown)}
        return document


@dataclass(frozen=True)
class Unsettled:
    """What earlier attempts left behind of the batch that begins at the checkpoint's next row.

    `delivered` need not be sent again. Rows `in_doubt` may have been delivered: they are sent again, and
    counted as repeated. `repeated` is how many were counted so before.
    """

    delivered: frozenset[int] = frozenset()
    in_doubt: frozenset[int] = frozenset()
    repeated: int = 0
    rows: int = 0  # of the longest of those attempts: the next one takes as many, and settles them all

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> "Unsettled":
        """From the records of all earlier attempts at the batch, as plain values."""
        delivered: set[int] = set()
        in_doubt: set[int] = set()
        repeated = rows = 0
        for record in records:
            rows = max(rows, record["lastRow"] - record["firstRow"] + 1)
            repeated += record["repeated"]
            if record["state"] == BatchState.SENDING:
                in_doubt |= set(range(record["firstRow"], record["lastRow"] + 1))
            else:
                delivered |= set(record["delivered"])
                in_doubt |= set(record["unknown"])
        return cls(frozenset(delivered), frozenset(in_doubt - delivered), repeated, rows)
