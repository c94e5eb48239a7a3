"""CSV file that is generated: the same name, number of rows and bad rows give the same bytes, every time."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

HEADER = ("order_id", "customer", "amount", "currency", "note")
_CURRENCIES = ("EUR", "USD", "CHF")
_NOTES = ("", "call before delivery", 'says "leave it, please"', "two lines,\nin one field")
# What is wrong with a bad row, in turn: what a column's value becomes.
_FLAWS = (("order_id", ""), ("amount", "twelve"), ("amount", "-1"), ("customer", " "))


@dataclass(frozen=True)
class CsvFile:
    """An object to upload. Rows number from 1, as in the files table; `bad_rows` of them break a rule."""

    key: str
    rows: int
    bad_rows: int = 0
    compressed: bool = False

    @property
    def bad(self) -> tuple[int, ...]:
        """The numbers of the bad rows, spread evenly over the file, in ascending order."""
        return tuple(1 + at * self.rows // self.bad_rows for at in range(self.bad_rows))

    def write_to(self, stream: IO[bytes]) -> None:
        """Write the object's bytes row by row: a file may be larger than memory."""
        if not self.compressed:
            self._write_rows(stream)
            return
        # Without a time stamp and a name in gzip's header, the same rows stay the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as packed:
            self._write_rows(cast(IO[bytes], packed))

    def _write_rows(self, stream: IO[bytes]) -> None:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(HEADER)
        writer.writerows(self._rows())
        text.flush()
        text.detach()

    def _rows(self) -> Iterator[tuple[str, ...]]:
        name = self.key.rpartition("/")[2].partition(".")[0]
        flaws = {number: _FLAWS[at % len(_FLAWS)] for at, number in enumerate(self.bad)}
        for number in range(1, self.rows + 1):
            row = {
                "order_id": f"{name}-{number:06d}",
                "customer": f"customer {number % 97}",
                "amount": f"{10 + number % 90}.50",
                "currency": _CURRENCIES[number % len(_CURRENCIES)],
                "note": _NOTES[number % len(_NOTES)],
            }
            if number in flaws:
                column, value = flaws[number]
                row[column] = value
            yield tuple(row.values())
