"""CSV rows of a file: its columns, its records (RFC 4180), and its rows by number, in batches."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from functions.files.processor.text_lines import MAX_RECORD_BYTES, Lines, open_text, reopen_text
from functions.files.rounds.s3_object import S3Object
from functions.files.rounds.task import PermanentFailure

REQUIRED = ("order_id", "customer", "amount")
# Rows are as wide as a record may be: a batch of many ends early, so that it stays small in memory.
_MAX_BATCH_BYTES = 4_194_304

CsvRecord = tuple[list[str], int]
"""The fields of a record, and the offset of the byte after it: reading on from there gives the rest."""

csv.field_size_limit(MAX_RECORD_BYTES)  # of the process; by default 128 KiB, less than a record may have


@dataclass(frozen=True)
class Columns:
    """Where a file has its columns: the index of each required one, from 0, and how many columns there are,
    since others are allowed."""

    order_id: int
    customer: int
    amount: int
    width: int

    @classmethod
    def of_header(cls, header: Sequence[str]) -> "Columns":
        """Names count in any order, in upper or lower case, with or without spaces around them.

        Raises PermanentFailure if one is missing, or is there twice.
        """
        names = [name.strip().lower() for name in header]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise PermanentFailure(f"the header has no column {', '.join(missing)}")
        ambiguous = [name for name in REQUIRED if names.count(name) > 1]
        if ambiguous:
            raise PermanentFailure(f"the header has more than one column {', '.join(ambiguous)}")
        order_id, customer, amount = map(names.index, REQUIRED)
        return cls(order_id, customer, amount, width=len(names))


@dataclass(frozen=True)
class Layout:
    """What the beginning of a file told of the rest: an attempt that goes on does not read it again."""

    columns: Columns
    is_gzip: bool


def read_records(lines: Lines) -> Iterator[CsvRecord]:
    """Every record, header included; blank lines are none.

    `csv` takes no more lines than a record has, so the lines taken so far tell where the record ends.
    Strict, since after a quote in a wrong place the next record's beginning is not known: PermanentFailure.
    """
    reader = csv.reader(lines, strict=True)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise PermanentFailure(
                f"not a CSV file: {error}, in the record at byte {lines.record_start}"
            ) from None
        lines.record_start = lines.offset
        if fields:
            yield fields, lines.offset


@dataclass(frozen=True, slots=True)
class Row:
    """`number` begins at 1, blank lines not counted."""

    number: int
    fields: list[str]


@dataclass(frozen=True)
class RowBatch:
    """Rows that are sent and recorded together; `end` is the offset of the byte after the last."""

    rows: list[Row]
    end: int

    @property
    def first_row(self) -> int:
        return self.rows[0].number

    @property
    def last_row(self) -> int:
        return self.rows[-1].number


class RowBatches:
    """Takes as many rows at a time as it is asked for, and says beforehand whether there are more."""

    def __init__(self, records: Iterator[CsvRecord], next_row: int, offset: int) -> None:
        """`records` are those from `next_row` on, the first of which begins at `offset`."""
        self._records = records
        self._next_row = next_row
        self._offset = offset
        self._ahead: CsvRecord | None = None
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

    def take(self, max_rows: int) -> RowBatch:
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
        return RowBatch(rows, self._offset)


def open_rows(
    source: S3Object, layout: Layout | None, next_row: int, offset: int
) -> tuple[Layout, RowBatches]:
    """The layout, and the rows from `next_row` on, which begins at the byte `offset` of the unpacked text.

    Without a layout the file is read from its beginning.

    Raises PermanentFailure if this is no CSV file, or lacks its header or a column.
    """
    if layout is None:
        return _open_from_beginning(source)
    lines = Lines(reopen_text(source, is_gzip=layout.is_gzip, offset=offset), offset)
    return layout, RowBatches(read_records(lines), next_row, offset)


def _open_from_beginning(source: S3Object) -> tuple[Layout, RowBatches]:
    is_gzip, chunks = open_text(source)
    records = read_records(Lines(chunks))
    header = next(records, None)
    if header is None:
        raise PermanentFailure("the file is empty: it has not even a header")
    names, end = header
    return Layout(Columns.of_header(names), is_gzip), RowBatches(records, 1, end)
