"""Runtime API of Lambda, for one process: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

`awslambdaric` takes a bare host:port and no path prefix, so every process has a port of its own.
That also means that a late answer of a killed process can never reach its successor.

The thread that waits for an invocation speaks to the process itself: handing what was said from thread to
thread took longer than most handlers.
"""

import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from lab_emulator.lambda_executor.process_events import Answered, InitFailed, Invocation, Ready

PREFIX = "/2018-06-01/runtime"
MESSAGE_SECONDS = 30.0  # from the first byte of a message to its last: its sender is on this machine
# What the process says, as far as it concerns an invocation.
Said = Ready | InitFailed | Answered


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    body: bytes


class RuntimeApi:
    """Port that one process connects to. One thread at a time may `send` and `listen`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._connection: _Connection | None = None
        self._ready = False
        self._asked = False  # for an invocation, and has none yet
        self._current: Invocation | None = None
        self._unsent: Callable[[], None] | None = None

    def send(self, invocation: Invocation, timeout_seconds: float) -> None:
        """Hand the invocation to the process now, or, within `listen`, once it asks for one."""
        deadline = time.time() + timeout_seconds
        self._current = invocation
        self._unsent = lambda: self._answer(HTTPStatus.OK, invocation.payload, _headers(invocation, deadline))
        if self._asked:
            self._hand_over()

    def listen(self, timeout_seconds: float, interruption: socket.socket) -> Said | None:
        """Return what the process says next; None after the timeout, or once `interruption` is readable.

        What was said before the interruption is returned first.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            source = self._connection.socket if self._connection else self._listener
            poll = select.poll()
            poll.register(source, select.POLLIN)
            poll.register(interruption, select.POLLIN)
            left_seconds = max(0.0, deadline - time.monotonic())
            readable = {descriptor for descriptor, _ in poll.poll(left_seconds * 1000)}
            if source.fileno() not in readable:
                return None
            try:
                said = self._hear()
            except (OSError, ValueError):  # it was killed meanwhile, or stopped in the middle of a message
                self._hang_up()
                continue
            if said:
                return said

    def close(self) -> None:
        """Close the port; a second call changes nothing."""
        self._hang_up()
        self._listener.close()

    def _hear(self) -> Said | None:
        """Read one request and answer it. None: it has no meaning for the emulator, or the
        connection was opened or closed."""
        if self._connection is None:
            self._connection = _Connection(self._listener.accept()[0])
            return None
        request = self._connection.read()
        if request is None:
            self._hang_up()
            return None
        if request.method == "GET":
            return self._asked_for_next()
        said = self._meaning(request)
        self._answer(HTTPStatus.ACCEPTED if said else HTTPStatus.BAD_REQUEST)
        return said

    def _asked_for_next(self) -> Ready | None:
        self._asked = True
        first, self._ready = not self._ready, True
        if self._unsent:
            self._hand_over()
        return Ready() if first else None

    def _hand_over(self) -> None:
        hand_over, self._unsent, self._asked = self._unsent, None, False
        assert hand_over is not None
        try:
            hand_over()
        except OSError:  # it was killed: `listen` will tell
            self._hang_up()

    def _meaning(self, request: _Request) -> Said | None:
        if request.path == f"{PREFIX}/init/error":
            return InitFailed(request.body)
        request_id = self._current.request_id if self._current else None
        if request.path == f"{PREFIX}/invocation/{request_id}/response":
            return Answered(request.body, is_error=False)
        if request.path == f"{PREFIX}/invocation/{request_id}/error":
            return Answered(request.body, is_error=True)
        return None

    def _answer(self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        if self._connection:
            self._connection.write(status, body, headers or {})

    def _hang_up(self) -> None:
        self._asked = False
        if self._connection:
            self._connection.close()
            self._connection = None


class _Connection:
    """Just as much HTTP/1.1 as awslambdaric speaks: requests with a Content-Length, one after the other.

    http.server would refuse the X-Ray cause that comes as one header with every error: a deep
    traceback makes it longer than the 64 KiB a line may have there.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(MESSAGE_SECONDS)
        self.socket = connection
        self._reader = connection.makefile("rb")

    def read(self) -> _Request | None:
        """Return one request, None at the end. Raises OSError or ValueError where it breaks off."""
        request_line = self._reader.readline()
        if not request_line:
            return None
        method, path, _ = request_line.decode("latin-1").split()
        length = 0
        while (header := self._reader.readline()).strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return _Request(method, path, self._reader.read(length))

    def write(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.socket.sendall(f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode() + body)

    def close(self) -> None:
        self._reader.close()
        self.socket.close()


def _headers(invocation: Invocation, deadline: float) -> dict[str, str]:
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Lambda-Runtime-Trace-Id": invocation.trace_id,
    }
