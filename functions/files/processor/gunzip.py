"""gzip (RFC 1952) as a stream: as many members as there are, and never more memory than a piece takes."""

import zlib
from collections.abc import Iterable, Iterator

from functions.files.rounds.errors import PermanentFailure

MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS  # zlib's way to say: with gzip's header and checksum
# A kilobyte of gzip may be a megabyte of text: what comes out of a chunk is taken piece by piece.
_MAX_PIECE_BYTES = 262_144


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The text of all members, one after another; zeros after a member are padding, as gzip(1) has it.

    Raises PermanentFailure if the file is damaged, or ends within a member.
    """
    member, is_complete = zlib.decompressobj(_GZIP_WINDOW), False
    for chunk in chunks:
        rest = chunk.lstrip(b"\0") if is_complete else chunk
        while rest:
            if piece := _inflate(member, rest):
                yield piece
            is_complete = member.eof
            if is_complete:
                rest = member.unused_data.lstrip(b"\0")
                member = zlib.decompressobj(_GZIP_WINDOW)
            else:
                rest = member.unconsumed_tail
    if not is_complete:
        raise PermanentFailure("the gzip file ends too early: was its upload cut off?")


def _inflate(member: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return member.decompress(data, _MAX_PIECE_BYTES)
    except zlib.error as error:
        raise PermanentFailure(f"not a gzip file, or a damaged one: {error}") from None
