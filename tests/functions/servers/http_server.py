"""An HTTP server that answers as it is told, and keeps what it got."""

import gzip
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.functions.servers.certificate import server_context


@dataclass(frozen=True)
class Request:
    """`body` as it was before its Content-Encoding."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class HttpServer:
    """`answers` are given in turn, the last of them for ever; one of status 0 is a silence until the end."""

    url: str
    answers: deque[tuple[int, Any]] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, *answers: tuple[int, Any]) -> None:
        self.answers = deque(answers)

    def next_answer(self) -> tuple[int, Any]:
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]


@contextmanager
def http_server(*, tls: bool = False) -> Iterator[HttpServer]:
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    if tls:
        listener.socket = server_context().wrap_socket(listener.socket, server_side=True)
    scheme = "https" if tls else "http"
    server = HttpServer(f"{scheme}://127.0.0.1:{listener.server_address[1]}")
    listener.server = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        listener.shutdown()
        thread.join()
        listener.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: HttpServer = self.server.server  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        server.requests.append(Request(self.path, dict(self.headers), body.decode()))
        status, document = server.next_answer()
        if not status:
            server.closing.wait()
            return
        content = document.encode() if isinstance(document, str) else json.dumps(document).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", server.url + "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Not to the tests' output."""
