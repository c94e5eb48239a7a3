"""The text of an object, unpacked where it is gzip."""

from collections.abc import Iterable, Iterator
from itertools import chain

from functions.files.processor.gunzip import MAGIC, gunzip
from functions.files.rounds.s3_object import S3Object


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
