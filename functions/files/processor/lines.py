"""From chunks of bytes to lines of text, and how many bytes the lines took."""

from collections.abc import Iterable, Iterator

from functions.files.rounds.errors import PermanentFailure

# A record is held in memory whole, so it must end. S3 Select drew the line at 1 MB as well.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html
MAX_RECORD_BYTES = 1_048_576
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Lines:
    """An iterator over lines that end with LF or CRLF: LF parts UTF-8 between characters, wherever it stands.

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
