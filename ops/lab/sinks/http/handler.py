"""One connection of an HTTP stand-in: reads each request, fails as told, else lets the endpoint judge."""

import ssl
from http.server import BaseHTTPRequestHandler
from typing import Any

from ops.lab.sinks.failure import FailureKind, FailureSwitch
from ops.lab.sinks.http.exchange import FOREIGN_ANSWER, Answer, Endpoint, Request
from ops.lab.sinks.ledger import Finding, Ledger

_SECONDS_IDLE = 60


class SinkHandler(BaseHTTPRequestHandler):
    """`endpoint`, `ledger` and `failures` are set by the subclass that `HttpSink` makes for each stand-in."""

    endpoint: Endpoint
    ledger: Ledger
    failures: FailureSwitch

    protocol_version = "HTTP/1.1"
    timeout = _SECONDS_IDLE

    def handle(self) -> None:
        try:
            super().handle()
        except ssl.SSLError as error:  # TLS 1.3 tells here that the client does not trust the certificate
            self.ledger.add([Finding({}, f"TLS: {error.reason}")])
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the client gave up: its time-out is what `hang` is there to prove

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
            self._send(Answer.of(411, {"text": "Content-Length is required"}))
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

    def _request(self, body: bytes) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, self.path.partition("?")[0], headers, body)

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

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        """The ledger is the log."""
