"""Text of a gzip object: unpacked piece by piece, and refused where it is damaged (`text_lines`)."""

import gzip

import pytest

from functions.files.processor.text_lines import gunzip
from functions.files.rounds.task import PermanentFailure


def test_a_bomb_comes_out_in_small_pieces() -> None:
    pieces = [len(piece) for piece in gunzip([gzip.compress(bytes(50_000_000))])]
    assert sum(pieces) == 50_000_000
    assert max(pieces) <= 262_144


@pytest.mark.parametrize("cut", [0, 5, -4])
def test_a_file_that_ends_within_a_member_is_refused(cut: int) -> None:
    with pytest.raises(PermanentFailure, match="ends too early"):
        list(gunzip([gzip.compress(b"some text")[:cut]]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"no gzip at all", id="text"),
        pytest.param(gzip.compress(b"text") + b"garbage", id="garbage after the end"),
    ],
)
def test_what_is_not_gzip_is_refused(content: bytes) -> None:
    with pytest.raises(PermanentFailure, match="not a gzip file"):
        list(gunzip([content]))


def test_damage_is_noticed() -> None:
    packed = bytearray(gzip.compress(b"some text"))
    packed[-6] ^= 1  # of the checksum
    with pytest.raises(PermanentFailure, match="damaged"):
        list(gunzip([bytes(packed)]))
