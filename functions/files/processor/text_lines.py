"""Text of an object, unpacked where it is gzip, and its lines, with how many bytes they took.

gzip (RFC 1952) is read as a stream: as many members as there are, and never more memory than a piece takes.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from functions.files.rounds.s3_object import S3Object
from functions.files.rounds.task import PermanentFailure

MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS  # zlib's way to say: with gzip's header and checksum
# A kilobyte of gzip may be a megabyte of text: what comes out of a chunk is taken piece by piece.
_MAX_PIECE_BYTES = 262_144
# A record is held in memory whole, so it must end. S3 Select drew the line at 1 MB as well.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html
MAX_RECORD_BYTES = 1_048_576
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def open_text(source: S3Object) -> tuple[bool, Iterator[bytes]]:
    """Whether the object is gzip, by its name or its first bytes, and its text from the beginning."""
    chunks = source.chunks()
    head = _head(chunks)
    is_gzip = source.task.key.endswith(".gz") or head.startswith(MAGIC)
    whole = chain([head], chunks)
    return is_gzip, gunzip(whole) if is_gzip else whole


def reopen_text(source: S3Object, *, is_gzip: bool, offset: int) -> Iterator[bytes]:
    """The text from a byte on. gzip has no places to begin at, so there everything before is read, too."""
    return _skip(gunzip(source.chunks()), offset) if is_gzip else source.chunks(offset)


def _head(chunks: Iterator[bytes]) -> bytes:
    """Bytes enough to tell gzip by, unless there are fewer."""
    head = b""
    while len(head) < len(MAGIC) and (chunk := next(chunks, b"")):
        head += chunk
    return head


def _skip(chunks: Iterable[bytes], offset: int) -> Iterator[bytes]:
    for chunk in chunks:
        if offset < len(chunk):
            yield chunk[offset:]
        offset = max(0, offset - len(chunk))


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The text of all gzip members, one after another; zeros after a member are padding, as gzip(1) has it.

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


class Lines:
    """Lines of text from chunks of bytes, an iterator. They end with LF or CRLF: LF parts UTF-8 between
    characters, wherever it stands.

    `offset` is where the line handed out last ends, in bytes from the beginning of the text. The reader moves
    `record_start` along: quotes may spread a record over many lines, and the limit is for all of them
    together.
    """

    def __init__(self, chunks: Iterable[bytes], offset: int = 0) -> None:
        self.offset = offset
        self.record_start = offset
        self._chunks = chunks

    def __iter__(self) -> Iterator[str]:
        """Raises PermanentFailure for what is no text in UTF-8, or has a record above the limit."""
        for line in self._split():
            start = self.offset
            self.offset += len(line)
            self._check_length(0)
            is_first = start == 0 and line.startswith(_BYTE_ORDER_MARK)
            yield _text(line[len(_BYTE_ORDER_MARK) :] if is_first else line, start)

    def _split(self) -> Iterator[bytes]:
        """A line's pieces are joined once, however many chunks it is spread over."""
        pieces: list[bytes] = []
        pending = 0
        for chunk in self._chunks:
            *ended, rest = chunk.split(b"\n")
            if ended:
                ended[0] = b"".join((*pieces, ended[0]))
                pieces, pending = [], 0
                for line in ended:
                    yield line + b"\n"
            pieces.append(rest)
            pending += len(rest)
            self._check_length(pending)
        if pending:
            yield b"".join(pieces)

    def _check_length(self, pending: int) -> None:
        """`pending` bytes are of a line that has not ended yet."""
        if self.offset + pending - self.record_start > MAX_RECORD_BYTES:
            raise PermanentFailure(
                f"the record that begins at byte {self.record_start} is longer than {MAX_RECORD_BYTES} bytes"
            )


def _text(line: bytes, start: int) -> str:
    if b"\0" in line:
        raise PermanentFailure(f"not a CSV file: NUL at byte {start + line.index(0)}")
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise PermanentFailure(f"not UTF-8: byte {start + error.start}") from None
