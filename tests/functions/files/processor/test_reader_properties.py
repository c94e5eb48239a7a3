"""Whatever `csv` writes is read back, in whatever chunks it comes, and from whatever record on."""

import csv
import gzip
import io
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from functions.files.processor.csv_rows import CsvRecord, read_records
from functions.files.processor.text_lines import Lines, gunzip

_TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=12)
# A lone CR ends no line here; where `csv` leaves a field that begins with it unquoted, that is its fault.
_FIELDS = st.one_of(_TEXT, st.sampled_from(['"', '""', ",", "\n", "a\r\nb", '"\n"', "é,\n", " ", "\ufeff"]))
ROWS = st.lists(st.lists(_FIELDS, min_size=1, max_size=4), max_size=8)
LINE_ENDS = st.sampled_from(["\n", "\r\n"])
BOMS = st.sampled_from([b"", b"\xef\xbb\xbf"])
CHUNK_SIZES = st.integers(min_value=1, max_value=64)


def written(rows: list[list[str]], line_end: str, bom: bytes) -> bytes:
    """A file, every field quoted: Python 3.11 leaves a CR bare where lines end with LF."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(rows)
    return bom + stream.getvalue().encode()


def minimally_quoted(rows: list[list[str]], line_end: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=line_end).writerows(rows)
    return stream.getvalue().encode()


def in_chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def read(data: bytes, size: int, offset: int = 0) -> list[CsvRecord]:
    return list(read_records(Lines(in_chunks(data[offset:], size), offset)))


@given(ROWS, LINE_ENDS, BOMS, CHUNK_SIZES)
def test_what_was_written_is_read(rows: list[list[str]], line_end: str, bom: bytes, size: int) -> None:
    assert [fields for fields, _ in read(written(rows, line_end, bom), size)] == rows


@given(ROWS, CHUNK_SIZES)
def test_quotes_where_they_must_be_are_enough(rows: list[list[str]], size: int) -> None:
    data = minimally_quoted(rows, "\r\n")  # then `csv` quotes whatever has a CR or an LF
    skipped = 3 if data.startswith(b"\xef\xbb\xbf") else 0  # a first field that begins with a BOM loses it
    expected = csv.reader(io.StringIO(data[skipped:].decode(), newline=""), strict=True)
    assert [fields for fields, _ in read(data, size)] == [fields for fields in expected if fields]


@given(ROWS, LINE_ENDS, BOMS, CHUNK_SIZES, st.data())
def test_from_the_end_of_any_record_the_rest_is_read(
    rows: list[list[str]], line_end: str, bom: bytes, size: int, data: st.DataObject
) -> None:
    content = written(rows, line_end, bom)
    records = read(content, size)
    done = data.draw(st.integers(min_value=0, max_value=len(records)))
    offset = records[done - 1][1] if done else 0
    assert read(content, size, offset) == records[done:]
    if records:
        assert records[-1][1] == len(content)


@given(ROWS, LINE_ENDS, CHUNK_SIZES, st.integers(min_value=0, max_value=200), st.integers(0, 3))
def test_gzip_of_any_number_of_members_is_unpacked(
    rows: list[list[str]], line_end: str, size: int, cut: int, padding: int
) -> None:
    content = written(rows, line_end, b"")
    packed = gzip.compress(content[:cut]) + gzip.compress(content[cut:]) + bytes(padding)
    assert b"".join(gunzip(in_chunks(packed, size))) == content
