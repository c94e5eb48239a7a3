"""The app's HTTP API as a small server: answers as a test says, which may act as the pipeline behind it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Accept = Callable[[str], int]


class ApiStub:
    """Serves POST /events on loopback. `accept(key)` answers the status; each key received is kept."""

    def __init__(self, accept: Accept) -> None:
        self.keys: list[str] = []
        self._dead = False
        self._accept = accept
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serving(self) -> Iterator["ApiStub"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def die(self) -> None:
        """Refuse every connection from now on, and leave open requests without an answer."""
        self._dead = True
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                key = self.headers["idempotency-key"]
                stub.keys.append(key)
                status = stub._accept(key)
                if stub._dead:
                    self.close_connection = True
                    return
                answer = json.dumps({"idempotencyKey": key, "detail": f"answered {status}"}).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler
