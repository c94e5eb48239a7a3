"""Proof, from the batches on record, of which rows of a file were delivered, and of which more than once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from functions.files.processor.file_journal import RowBatchState
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.file_records import BatchOnRecord, FileRecords

Span = tuple[int, int]  # the first row and the last


@dataclass(frozen=True)
class DeliveryProof:
    """Rows: `expected` good ones, of which `missing` were delivered by no batch; `beyond` the file's end.

    `overlapping` were sent by one batch although another may have sent them; `repeated` is how many such the
    batches recorded, before they sent them.
    """

    expected: int = 0
    missing: int = 0
    beyond: int = 0
    overlapping: int = 0
    repeated: int = 0

    @property
    def once(self) -> bool:
        """Whether each row was delivered, and every one that may have been sent twice is on record."""
        return not self.missing and not self.beyond and self.overlapping == self.repeated

    def __add__(self, other: "DeliveryProof") -> "DeliveryProof":
        return DeliveryProof(
            self.expected + other.expected,
            self.missing + other.missing,
            self.beyond + other.beyond,
            self.overlapping + other.overlapping,
            self.repeated + other.repeated,
        )


def prove_delivery(file: CsvFile, found: FileRecords) -> DeliveryProof:
    """What the batches of a file prove about its rows."""
    groups = list(_by_first_row(found.batches))
    next_row = found.checkpoint.next_row if found.checkpoint else 1
    covered = [span for attempts in groups for span in _delivered(attempts, next_row)]
    union = merged(covered)
    inside = [(first, min(last, file.rows)) for first, last in union if first <= file.rows]
    expected = file.rows - file.bad_rows
    return DeliveryProof(
        expected=expected,
        missing=expected - _length(inside) + _count_in(file.bad, inside),
        beyond=_length(union) - _length(inside),
        overlapping=_length(covered) - _length(union) + sum(map(_sent_again, groups)),
        repeated=sum(batch.repeated for batch in found.batches),
    )


def _by_first_row(batches: Iterable[BatchOnRecord]) -> Iterator[list[BatchOnRecord]]:
    """All attempts at the rows from one row on, in their order: each begins where the one before did."""
    ordered = sorted(batches, key=attrgetter("first_row", "attempt"))
    for _, attempts in groupby(ordered, attrgetter("first_row")):
        yield list(attempts)


def _delivered(attempts: Sequence[BatchOnRecord], next_row: int) -> list[Span]:
    """The rows that are delivered for certain. A batch that stayed SENDING is if the checkpoint is beyond it:
    the checkpoint moves after the last call, and the process died before it concluded the batch."""
    last = attempts[-1]
    if last.state is RowBatchState.DELIVERED or next_row > last.last_row:
        return [(last.first_row, last.last_row)]
    return merged((row, row) for batch in attempts for row in batch.delivered)


def _sent_again(attempts: Sequence[BatchOnRecord]) -> int:
    """How often an attempt sent a row that one before it may have sent, without knowing."""
    again = 0
    done: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()
    for batch in attempts if len(attempts) > 1 else ():
        again += len((batch.rows - done) & doubtful)
        doubtful |= batch.rows - done if batch.state is RowBatchState.SENDING else batch.unknown
        done |= batch.delivered
        doubtful -= done
    return again


def merged(spans: Iterable[Span]) -> list[Span]:
    """The rows of the spans, each once, as ascending spans that do not touch."""
    union: list[Span] = []
    for first, last in sorted(spans):
        if union and first <= union[-1][1] + 1:
            union[-1] = (union[-1][0], max(last, union[-1][1]))
        else:
            union.append((first, last))
    return union


def _length(spans: Iterable[Span]) -> int:
    return sum(last - first + 1 for first, last in spans)


def _count_in(rows: Sequence[int], spans: Iterable[Span]) -> int:
    """How many of the rows, which ascend, are in the spans."""
    return sum(bisect_right(rows, last) - bisect_left(rows, first) for first, last in spans)
