"""Resource of the emulator as a small server, which answers as a test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class EmulatorResource(BaseHTTPRequestHandler):
    """A subclass answers GET and PUT."""

    @classmethod
    @contextmanager
    def serving(cls) -> Iterator[str]:
        """The endpoint, while it is served."""
        with HTTPServer(("127.0.0.1", 0), cls) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join()

    def body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, document: dict[str, object]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""
