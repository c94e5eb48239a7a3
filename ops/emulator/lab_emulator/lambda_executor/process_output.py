"""Output of a function process, line by line, kept until its invocation is over."""

import os
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class OutputLine:
    """One line without its end, and when it was read: in milliseconds since the epoch, as in a log event."""

    at_ms: int
    text: str

    @classmethod
    def now(cls, text: str) -> "OutputLine":
        return cls(int(time.time() * 1000), text)


class OutputPipe:
    """A pipe for standard output and error. Reading never blocks; `take` misses nothing written before it."""

    def __init__(self) -> None:
        self.read_fd, self.write_fd = os.pipe()
        os.set_blocking(self.read_fd, False)
        self._lock = threading.Lock()
        self._lines: list[OutputLine] = []
        self._begun = bytearray()  # a line whose end has not come yet, and when its beginning came
        self._begun_at_ms = 0
        self._last_ms = 0
        self._open = True

    def close_write_end(self) -> None:
        """The child has its own copy: without ours, the end of the child is the end of the pipe."""
        os.close(self.write_fd)

    def pump(self) -> bool:
        """Empty the pipe, so that the writer never waits; False once the pipe is at its end."""
        with self._lock:
            return self._read_available()

    def take(self) -> list[OutputLine]:
        """Return everything printed since the last call, a line that has not ended included."""
        with self._lock:
            self._read_available()
            if self._begun:
                self._end_line()
            lines, self._lines = self._lines, []
            return lines

    def close(self) -> None:
        """Let go of the pipe. What was printed before can still be taken."""
        with self._lock:
            self._read_available()
            if self._open:
                os.close(self.read_fd)
                self._open = False

    def _read_available(self) -> bool:
        while self._open:
            try:
                chunk = os.read(self.read_fd, 65536)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            self._add(chunk)
        return False

    def _add(self, chunk: bytes) -> None:
        self._last_ms = max(self._last_ms, int(time.time() * 1000))
        *ended, begun = chunk.split(b"\n")
        for part in ended:
            self._begin(part)
            self._end_line()
        if begun:
            self._begin(begun)

    def _begin(self, part: bytes) -> None:
        if not self._begun:
            self._begun_at_ms = self._last_ms
        self._begun += part

    def _end_line(self) -> None:
        self._lines.append(OutputLine(self._begun_at_ms, self._begun.decode(errors="replace")))
        self._begun.clear()
