"""Output of a function process, kept until its invocation is over."""

import os
import threading


class OutputPipe:
    """A pipe for standard output and error. Reading never blocks; `take` misses nothing written before it."""

    def __init__(self) -> None:
        self.read_fd, self.write_fd = os.pipe()
        os.set_blocking(self.read_fd, False)
        self._lock = threading.Lock()
        self._buffer = bytearray()
        self._open = True

    def close_write_end(self) -> None:
        """The child has its own copy: without ours, the end of the child is the end of the pipe."""
        os.close(self.write_fd)

    def pump(self) -> bool:
        """Empty the pipe, so that the writer never waits; False once the pipe is at its end."""
        with self._lock:
            return self._read_available()

    def take(self) -> str:
        """Return everything printed since the last call."""
        with self._lock:
            self._read_available()
            text = self._buffer.decode(errors="replace")
            self._buffer.clear()
            return text

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
            self._buffer += chunk
        return False
