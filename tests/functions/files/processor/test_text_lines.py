"""What the properties do not show: limits and damage."""

from collections.abc import Iterator

import pytest

from functions.files.processor.csv_rows import read_records
from functions.files.processor.text_lines import MAX_RECORD_BYTES, Lines
from functions.files.rounds.task import PermanentFailure


def test_a_record_may_be_as_long_as_the_limit() -> None:
    longest = b"x" * (MAX_RECORD_BYTES - 1) + b"\n"
    assert [end for _, end in read_records(Lines([longest, longest]))] == [
        MAX_RECORD_BYTES,
        2 * MAX_RECORD_BYTES,
    ]


@pytest.mark.parametrize("line", [b"x" * 65_536, b'"' + b"x\n" * 32_768], ids=["one-line", "many-lines"])
def test_a_longer_record_is_refused_before_it_is_read_whole(line: bytes) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield line.replace(b'"', b"") if taken > 1 else line

    with pytest.raises(PermanentFailure, match="begins at byte 0 is longer than 1048576 bytes"):
        list(read_records(Lines(endless())))
    assert taken <= MAX_RECORD_BYTES // 65_536 + 2


def test_blank_lines_are_no_records_and_count_for_the_offsets() -> None:
    assert list(read_records(Lines([b"a\n\n\r\nb"]))) == [(["a"], 2), (["b"], 6)]


def test_damage_is_placed_by_its_byte() -> None:
    records = read_records(Lines([b"a\n", b"caf\xe9\n"], offset=100))
    assert next(records) == (["a"], 102)
    with pytest.raises(PermanentFailure, match="not UTF-8: byte 105"):
        next(records)


def test_only_the_beginning_of_a_file_has_a_byte_order_mark() -> None:
    assert next(read_records(Lines([b"\xef\xbb\xbfa\n"])))[0] == ["a"]
    assert next(read_records(Lines([b"\xef\xbb\xbfa\n"], offset=10)))[0] == ["\ufeffa"]
