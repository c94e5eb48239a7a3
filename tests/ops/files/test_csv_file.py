"""Generated files: what they say they are, and the same every time."""

import csv
import gzip
import io

import pytest

from functions.files.processor.csv_rows import Columns
from functions.files.processor.row_validation import InvalidRow, read_order
from functions.files.rounds.priority import RoundPriority
from ops.lab.files.csv_file import HEADER, CsvFile
from ops.lab.files.upload import FileBatch


def content(file: CsvFile) -> bytes:
    stream = io.BytesIO()
    file.write_to(stream)
    return stream.getvalue()


def rows(file: CsvFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(file).decode(), newline="")))


def test_it_has_a_header_and_as_many_rows_as_it_says() -> None:
    file = CsvFile("incoming/a/000001.csv", rows=9)

    found = rows(file)

    assert tuple(found[0]) == HEADER
    assert [row["order_id"] for row in found] == [f"000001-{number:06d}" for number in range(1, 10)]


def test_some_fields_need_a_parser() -> None:
    notes = {row["note"] for row in rows(CsvFile("k.csv", rows=4))}

    assert any("\n" in note for note in notes)
    assert any('"' in note and "," in note for note in notes)


def test_its_bad_rows_are_the_ones_that_it_names() -> None:
    file = CsvFile("k.csv", rows=100, bad_rows=4)
    good = rows(CsvFile("k.csv", rows=100))

    assert file.bad == (1, 26, 51, 76)
    differ = [at for at, pair in enumerate(zip(rows(file), good, strict=True), 1) if pair[0] != pair[1]]
    assert differ == list(file.bad)


def test_every_row_can_be_bad() -> None:
    assert CsvFile("k.csv", rows=3, bad_rows=3).bad == (1, 2, 3)


@pytest.mark.parametrize("compressed", [False, True])
def test_the_same_file_is_the_same_bytes(compressed: bool) -> None:
    file = CsvFile("k.csv", rows=50, bad_rows=2, compressed=compressed)

    assert content(file) == content(file)


def test_a_compressed_file_holds_the_same_rows() -> None:
    packed = content(CsvFile("a/000001.csv.gz", rows=50, compressed=True))

    assert gzip.decompress(packed) == content(CsvFile("a/000001.csv", rows=50))


def test_a_batch_is_files_in_a_folder_under_their_priority() -> None:
    batch = FileBatch(files=2, rows=5, prefix="nightly", priority=RoundPriority.HIGH, compressed=True)

    assert [file.key for file in batch.contents()] == [
        "incoming/high/nightly/000001.csv.gz",
        "incoming/high/nightly/000002.csv.gz",
    ]
    assert FileBatch(files=1, rows=5, prefix="p").contents()[0].key == "incoming/p/000001.csv"


@pytest.mark.parametrize("bad_rows", [0, 8])
def test_the_processor_rejects_exactly_the_bad_rows(bad_rows: int) -> None:
    file = CsvFile("k.csv", rows=40, bad_rows=bad_rows)
    header, *records = csv.reader(io.StringIO(content(file).decode(), newline=""))
    columns = Columns.of_header(header)
    rejected = []

    for number, fields in enumerate(records, 1):
        try:
            read_order(fields, columns)
        except InvalidRow:
            rejected.append(number)

    assert tuple(rejected) == file.bad
