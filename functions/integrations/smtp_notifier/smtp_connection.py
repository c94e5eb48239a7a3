"""SMTP connection with one deadline for all that is done over it, a mail for instance.

smtplib has a timeout for each read and write: a server that answers slowly, or in small pieces, may take that
for every command, and again for every piece.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from socket import create_connection
from typing import Any

Monotonic = Callable[[], float]
"""Answers seconds that only go forward."""


class SmtpDeadline:
    """Until when a server may take to answer. `clock` is a reading of `time.monotonic`, or a test's."""

    def __init__(self, clock: Monotonic = time.monotonic) -> None:
        self._clock = clock
        self._ends_at = float("inf")

    def begin(self, seconds: float) -> None:
        """So long from now."""
        self._ends_at = self._clock() + seconds

    def left(self, most: float) -> float:
        """Seconds for the next piece of work, at most so many. Raises TimeoutError once there are none."""
        left = self._ends_at - self._clock()
        if left <= 0:
            raise TimeoutError("timed out: the time for the mail is over")
        return min(most, left)


class DeadlinedSmtp(smtplib.SMTP):
    """Connects, writes and reads within its deadline, and no single step takes longer than `timeout`."""

    def __init__(self, host: str, port: int, deadline: SmtpDeadline, timeout: float) -> None:
        self._deadline = deadline
        super().__init__(host, port, timeout=timeout)

    # smtplib calls these two methods for every connection and every command.
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return create_connection((host, port), self._deadline.left(timeout))

    def send(self, s: Any) -> None:
        self._set_timeout()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file: Any = ReplyLines(self.sock, self._set_timeout)
        return super().getreply()

    def starttls(self, *, context: ssl.SSLContext) -> tuple[int, bytes]:  # type: ignore[override]
        self._set_timeout()
        return super().starttls(context=context)

    def _set_timeout(self) -> None:
        if self.sock is not None:
            self.sock.settimeout(self._deadline.left(float(self.timeout)))


class DeadlinedSmtpOverTls(DeadlinedSmtp):
    """The same with TLS from the first byte."""

    def __init__(
        self, host: str, port: int, deadline: SmtpDeadline, timeout: float, context: ssl.SSLContext
    ) -> None:
        self._context = context
        super().__init__(host, port, deadline, timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


class ReplyLines:
    """What smtplib reads replies from, in place of a buffered file, which knows no deadline."""

    def __init__(self, sock: socket.socket, set_timeout: Callable[[], None]) -> None:
        self._sock = sock
        self._set_timeout = set_timeout
        self._rest = b""

    def readline(self, limit: int) -> bytes:
        """A line with its end; less at the end of the connection, and at most so many bytes."""
        while b"\n" not in self._rest and len(self._rest) < limit:
            self._set_timeout()
            if not (read := self._sock.recv(4096)):
                break
            self._rest += read
        end = self._rest.find(b"\n", 0, limit) + 1 or min(limit, len(self._rest))
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def close(self) -> None:
        """The socket is smtplib's to close."""
