"""Runtime API of Lambda, for one process: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

`awslambdaric` takes a bare host:port and no path prefix, so every process has a server of its own.
That also means that a late answer of a killed process can never reach its successor.
"""

import socket
import threading
import time
from contextlib import suppress
from http import HTTPStatus
from queue import SimpleQueue
from socketserver import StreamRequestHandler, ThreadingTCPServer

from lab_emulator.lambda_executor.process_events import Answered, Event, InitFailed, Invocation, Ready

PREFIX = "/2018-06-01/runtime"


class RuntimeApi(ThreadingTCPServer):
    """Hands out invocations, and puts what the runtime answers on `events`."""

    daemon_threads = True

    def __init__(self, events: SimpleQueue[Event]) -> None:
        super().__init__(("127.0.0.1", 0), _RuntimeApiHandler)
        self.events = events
        self.current: Invocation | None = None
        self.ready = False
        self.deadline = 0.0
        self._pending: SimpleQueue[Invocation | None] = SimpleQueue()
        self._closing = False
        threading.Thread(target=self._serve, name="lambda-runtime-api", daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def send(self, invocation: Invocation, timeout_seconds: float) -> None:
        self.deadline = time.time() + timeout_seconds
        self._pending.put(invocation)

    def wait_for_invocation(self) -> Invocation | None:
        """Block until there is work; None once the server closes."""
        self.current = self._pending.get()
        return self.current

    def close(self) -> None:
        """Stop serving; a second call changes nothing."""
        self._closing = True
        self._pending.put(None)
        # Closing a socket does not wake a thread that accepts on it everywhere; a connection does.
        with suppress(ConnectionError):
            socket.create_connection(self.server_address[:2]).close()

    def _serve(self) -> None:
        # Not serve_forever: it polls, and a laptop may hold dozens of idle environments.
        while not self._closing:
            self.handle_request()
        self.server_close()


class _RuntimeApiHandler(StreamRequestHandler):
    """Just as much HTTP/1.1 as awslambdaric speaks: requests with a Content-Length, one after the other.

    http.server would refuse the X-Ray cause that comes as one header with every error: a deep
    traceback makes it longer than the 64 KiB a line may have there.
    """

    server: RuntimeApi
    wbufsize = -1  # headers and body in one segment
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with suppress(ConnectionError):  # the process was killed
            while request_line := self.rfile.readline():
                method, path, _ = request_line.decode("latin-1").split()
                body = self.rfile.read(self._content_length())
                if not (self._next() if method == "GET" else self._accept(path, body)):
                    return

    def _content_length(self) -> int:
        length = 0
        while (header := self.rfile.readline()).strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return length

    def _next(self) -> bool:
        if not self.server.ready:
            self.server.ready = True
            self.server.events.put(Ready())
        invocation = self.server.wait_for_invocation()
        if invocation is None:
            return False
        self._answer(HTTPStatus.OK, invocation.payload, _headers(invocation, self.server.deadline))
        return True

    def _accept(self, path: str, body: bytes) -> bool:
        event = self._event(path, body)
        self._answer(HTTPStatus.ACCEPTED if event else HTTPStatus.BAD_REQUEST)
        if event:
            self.server.events.put(event)
        return True

    def _event(self, path: str, body: bytes) -> Event | None:
        if path == f"{PREFIX}/init/error":
            return InitFailed(body)
        request_id = self.server.current.request_id if self.server.current else None
        if path == f"{PREFIX}/invocation/{request_id}/response":
            return Answered(body, is_error=False)
        if path == f"{PREFIX}/invocation/{request_id}/error":
            return Answered(body, is_error=True)
        return None

    def _answer(self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.wfile.write(f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode() + body)
        self.wfile.flush()


def _headers(invocation: Invocation, deadline: float) -> dict[str, str]:
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Lambda-Runtime-Trace-Id": invocation.trace_id,
    }
