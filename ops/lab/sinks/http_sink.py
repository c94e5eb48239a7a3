"""Sink that speaks HTTPS: a threading server whose handler fails as told, and else asks the endpoint."""

import contextlib
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ops.lab.sinks.access import HOST, bound
from ops.lab.sinks.failure import FailureKind, FailureSwitch, SinkFailure
from ops.lab.sinks.http_exchange import FOREIGN_ANSWER, SinkAnswer, SinkEndpoint, SinkRequest
from ops.lab.sinks.ledger import SinkFinding, SinkLedger

_HANDSHAKE_SECONDS = 10
_SECONDS_IDLE = 60


class TlsServer(ThreadingHTTPServer):
    """Holds its port from the start and refuses connections until `serve`."""

    daemon_threads = True

    def __init__(
        self, port: int, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext, ledger: SinkLedger
    ) -> None:
        super().__init__((HOST, port), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = bound(port)
        self.server_address = self.socket.getsockname()
        self._tls = tls
        self._ledger = ledger
        self._open: set[socket.socket] = set()
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def serve(self) -> None:
        self.server_activate()
        # How often the loop looks whether it is to end: what `refused` takes to be true.
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop listening, let go of the port, cut every connection."""
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # closed by its own thread meanwhile
                connection.shutdown(socket.SHUT_RDWR)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speak TLS in the connection's own thread: a client that is silent must not keep others waiting."""
        request.settimeout(_HANDSHAKE_SECONDS)
        try:
            connection = self._tls.wrap_socket(request, server_side=True)
        except ssl.SSLEOFError:
            return  # a check whether the port is open
        except ssl.SSLError as error:
            self._ledger.add([SinkFinding({}, f"TLS: {error.reason}")])
            return
        except OSError:
            return
        self._open.add(connection)
        try:
            with connection:
                super().finish_request(connection, client_address)
        finally:
            self._open.discard(connection)


class SinkHandler(BaseHTTPRequestHandler):
    """`endpoint`, `ledger` and `failures` are set by the subclass that `HttpSink` makes for each sink."""

    endpoint: SinkEndpoint
    ledger: SinkLedger
    failures: FailureSwitch

    protocol_version = "HTTP/1.1"
    timeout = _SECONDS_IDLE

    def handle(self) -> None:
        try:
            super().handle()
        except ssl.SSLError as error:  # TLS 1.3 tells here that the client does not trust the certificate
            self.ledger.add([SinkFinding({}, f"TLS: {error.reason}")])
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the client gave up: its timeout is what `hang` is there to prove

    def do_GET(self) -> None:
        self._exchange()

    def do_POST(self) -> None:
        self._exchange()

    def do_PUT(self) -> None:
        self._exchange()

    def _exchange(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._send(SinkAnswer.of(411, {"text": "Content-Length is required"}))
            return
        body = self._read(int(length))
        if self._fails():
            return
        verdict = (
            self.endpoint.too_large(int(length))
            if body is None
            else self.endpoint.examine(self._request(body))
        )
        self.ledger.add(verdict.findings)
        self._send(verdict.answer)

    def _read(self, length: int) -> bytes | None:
        """The body; None for one that is too long, which is read past: its sender is to see the answer."""
        if length <= self.endpoint.max_bytes:
            return self.rfile.read(length)
        while length > 0 and (part := self.rfile.read(min(length, self.endpoint.max_bytes))):
            length -= len(part)
        return None

    def _request(self, body: bytes) -> SinkRequest:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return SinkRequest(self.command, self.path.partition("?")[0], headers, body)

    def _fails(self) -> bool:
        """Whether the request was ended by the failure of now."""
        failure = self.failures.current
        if failure is None:
            return False
        if failure.kind is FailureKind.SLOW:
            self.failures.wait_over(failure.delay_seconds)
            return False
        self.ledger.add_failed()
        if failure.kind is FailureKind.SERVER_ERROR:
            self._send(self.endpoint.server_error)
        elif failure.kind is FailureKind.WRONG:
            self._send(FOREIGN_ANSWER)
        else:
            self.close_connection = True
            self.failures.wait_over()
        return True

    def _send(self, answer: SinkAnswer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        """The ledger is the log."""


class HttpSink:
    """Listens from the start until `close`. Raises OSError where the port is taken."""

    def __init__(self, endpoint: SinkEndpoint, port: int, tls: ssl.SSLContext) -> None:
        self.ledger = SinkLedger()
        self.failures = FailureSwitch(self._follow)
        attributes = {"endpoint": endpoint, "ledger": self.ledger, "failures": self.failures}
        self._handler = type("Handler", (SinkHandler,), attributes)
        self._tls = tls
        self._server = TlsServer(port, self._handler, tls, self.ledger)
        self.port = self._server.port
        self._server.serve()
        self._refuses = False

    def close(self) -> None:
        self.failures.heal()
        self._server.end()

    def _follow(self, failure: SinkFailure | None) -> None:
        refuses = failure is not None and failure.kind is FailureKind.REFUSED
        if refuses == self._refuses:
            return
        self._refuses = refuses
        if refuses:
            self._server.end()
            self._server = TlsServer(self.port, self._handler, self._tls, self.ledger)
        else:
            self._server.serve()
