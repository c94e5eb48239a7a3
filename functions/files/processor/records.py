"""From lines to CSV records (RFC 4180), and where in the file each one ends."""

import csv
from collections.abc import Iterator

from functions.files.processor.lines import MAX_RECORD_BYTES, Lines
from functions.files.rounds.errors import PermanentFailure

Record = tuple[list[str], int]
"""The fields of a record, and the offset of the byte after it: reading on from there gives the rest."""

csv.field_size_limit(MAX_RECORD_BYTES)  # of the process; by default 128 KiB, less than a record may have


def read_records(lines: Lines) -> Iterator[Record]:
    """Every record, header included; blank lines are none.

    `csv` takes no more lines than a record has, so the lines taken so far tell where the record ends.
    Strict, since after a quote in a wrong place nobody knows where the next record begins: PermanentFailure.
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
