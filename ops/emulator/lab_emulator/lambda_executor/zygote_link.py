"""Link to a zygote: its process, and the socket on which it answers one request after another."""

import json
import socket
import subprocess
from typing import Any


class ZygoteLate(Exception):
    """The zygote lives, but has not answered within its limit."""


class ZygoteGone(Exception):
    """The zygote ended, or its answers cannot be read any more."""


class ZygoteLink:
    """One request at a time. An answer that came too late is not taken for the answer to the next request."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self.process = process
        self._control = control
        self._received = b""
        self._unanswered = False

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, message: bytes, descriptors: list[int], limit_seconds: float) -> dict[str, Any]:
        """Send `message`, one line, and return the answer. Raises ZygoteLate or ZygoteGone.

        Nothing is sent while an earlier request has no answer: the zygote reads one at a time.
        """
        self._control.settimeout(limit_seconds)
        try:
            if self._unanswered:
                self._read_answer()
            self._send(message, descriptors)
            return self._read_answer()
        except TimeoutError as error:
            raise ZygoteLate("the process that starts functions is too slow") from error
        except (OSError, ValueError) as error:
            raise ZygoteGone(f"the process that starts functions ended: {error}") from error

    def close(self) -> None:
        """Let the zygote go; it ends, with its functions, when its control socket closes."""
        self._control.close()

    def _send(self, message: bytes, descriptors: list[int]) -> None:
        self._unanswered = True
        try:
            socket.send_fds(self._control, [b"\0"], descriptors)
            self._control.sendall(message)
        except TimeoutError as error:  # half a request is sent: what follows would be read as its rest
            raise ConnectionError("it takes no requests") from error

    def _read_answer(self) -> dict[str, Any]:
        while b"\n" not in self._received:
            received = self._control.recv(4096)
            if not received:
                raise ConnectionError("its socket is closed")
            self._received += received
        line, _, self._received = self._received.partition(b"\n")
        self._unanswered = False
        answer: dict[str, Any] = json.loads(line)
        return answer
