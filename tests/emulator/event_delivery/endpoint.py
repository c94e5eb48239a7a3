"""An HTTP endpoint outside the emulator that answers as it is told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


class Endpoint:
    """Keeps the body of each request and the status it answered with."""

    def __init__(self) -> None:
        self.status = 200
        self.pause_seconds = 0.0
        self.bodies: list[bytes] = []
        self.statuses: list[int] = []
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> "Endpoint":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, body: bytes) -> int:
        """Take a request and return its status, after a pause where there is one."""
        self.bodies.append(body)
        self._closing.wait(self.pause_seconds)
        self.statuses.append(self.status)
        return self.statuses[-1]


def _handler_of(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(endpoint.answer(body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the tests' output free of access logs."""

    return Handler
