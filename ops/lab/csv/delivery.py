"""Proof, from the batches on record, of which rows of a file were delivered, and of which more than once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ops.lab.csv.csv_file import CsvFile
from ops.lab.csv.file_records import FileRecords

Span = tuple[int, int]


@dataclass(frozen=True)
class Delivery:
    """Rows of good data: `expected` of them, `missing` from every batch, `beyond` the end of the file.

    `overlapping` counts what two batches cover, `repeated` what they recorded as perhaps sent before.
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

    def __add__(self, other: "Delivery") -> "Delivery":
        return Delivery(
            self.expected + other.expected,
            self.missing + other.missing,
            self.beyond + other.beyond,
            self.overlapping + other.overlapping,
            self.repeated + other.repeated,
        )


def delivery(file: CsvFile, found: FileRecords) -> Delivery:
    """What the batches of a file prove about its rows. Bad rows are none of them: nobody sends those."""
    covered = [span for batch in found.batches for span in batch.spans]
    union = merged(covered)
    good = _Good(file.bad)
    inside = [(max(first, 1), min(last, file.rows)) for first, last in union if first <= file.rows]
    expected = good.count([(1, file.rows)])
    return Delivery(
        expected=expected,
        missing=expected - good.count(inside),
        beyond=good.count(union) - good.count(inside),
        overlapping=good.count(covered) - good.count(union),
        repeated=sum(batch.repeated for batch in found.batches),
    )


def merged(spans: Iterable[Span]) -> list[Span]:
    """The rows of the spans, each once, as ascending spans that do not touch."""
    union: list[Span] = []
    for first, last in sorted(spans):
        if union and first <= union[-1][1] + 1:
            union[-1] = (union[-1][0], max(last, union[-1][1]))
        else:
            union.append((first, last))
    return union


class _Good:
    """Counts rows but for the bad ones, whose numbers are given in ascending order."""

    def __init__(self, bad: Sequence[int]) -> None:
        self._bad = bad

    def count(self, spans: Iterable[Span]) -> int:
        return sum(last - first + 1 - self._bad_in(first, last) for first, last in spans)

    def _bad_in(self, first: int, last: int) -> int:
        return bisect_right(self._bad, last) - bisect_left(self._bad, first)
