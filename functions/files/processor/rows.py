"""The rows of a file, by number, in batches."""

from collections.abc import Iterator
from dataclasses import dataclass

from functions.files.processor.records import Record

# Rows are as wide as a record may be: a batch of many ends early, so that it stays small in memory.
_MAX_BATCH_BYTES = 4_194_304


@dataclass(frozen=True, slots=True)
class Row:
    """`number` begins at 1, blank lines not counted."""

    number: int
    fields: list[str]


@dataclass(frozen=True)
class Batch:
    """Rows that are sent and recorded together; `end` is the offset of the byte after the last."""

    rows: list[Row]
    end: int

    @property
    def first_row(self) -> int:
        return self.rows[0].number

    @property
    def last_row(self) -> int:
        return self.rows[-1].number


class Batches:
    """Takes as many rows at a time as it is asked for, and says beforehand whether there are more."""

    def __init__(self, records: Iterator[Record], next_row: int, offset: int) -> None:
        """`records` are those from `next_row` on, the first of which begins at `offset`."""
        self._records = records
        self._next_row = next_row
        self._offset = offset
        self._ahead: Record | None = None
        self._error: Exception | None = None

    def is_exhausted(self) -> bool:
        """Whether there is no row left. What goes wrong in looking is raised when the row is taken: by then
        the rows before it are done with."""
        if self._ahead is None and self._error is None:
            try:
                self._ahead = next(self._records, None)
            except Exception as error:
                self._error = error
        return self._ahead is None and self._error is None

    def take(self, max_rows: int) -> Batch:
        """The next rows, at least one. Raises what reading raises; rows before it come first."""
        rows: list[Row] = []
        start = self._offset
        while len(rows) < max_rows and self._offset - start < _MAX_BATCH_BYTES and not self.is_exhausted():
            if self._ahead is None:
                break
            fields, self._offset = self._ahead
            rows.append(Row(self._next_row, fields))
            self._next_row += 1
            self._ahead = None
        if not rows and self._error is not None:
            raise self._error
        return Batch(rows, self._offset)
