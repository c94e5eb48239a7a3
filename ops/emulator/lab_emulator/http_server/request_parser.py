"""Parser of a connection's requests: HTTP/1.1 as RFC 9112 has it, by llhttp, the parser of Node.

A request to upgrade is a request like any other: API Gateway's HTTP APIs know no WebSocket, and LocalStack's
services accept none ("A server MAY ignore a received Upgrade header field": RFC 9110, 7.8).
"""

import http
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import httptools

# Of request line and headers. API Gateway counts 10,240 bytes without the names: it refuses these itself.
MAX_HEADER_BYTES = 32_768
TLS_HANDSHAKE = b"\x16"  # the type of the record that a TLS connection begins with (RFC 8446, 5.1)


class UnreadableRequest(Exception):
    """What the client sent is no request that this server takes. `status` and the text are the answer."""

    def __init__(self, status: http.HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass
class HttpRequest:
    """One request as it came. `target` is that of the request line; names of headers keep their case."""

    target: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: list[bytes] = field(default_factory=list)
    method: bytes = b""
    version: str = "1.1"
    keep_alive: bool = True


class RequestParser:
    """Turns bytes of a connection into requests. `on_expectation` is called for `Expect: 100-continue`."""

    def __init__(self, on_expectation: Callable[[], None]) -> None:
        self._on_expectation = on_expectation
        self._parser = httptools.HttpRequestParser(self)
        self._requests: deque[HttpRequest] = deque()
        self._request = HttpRequest()
        self._has_begun = self._in_body = False
        self._unparsed_bytes = 0  # of a request whose headers have not ended

    def feed(self, data: bytes) -> None:
        """Take what was received. Raises UnreadableRequest; nothing can be read after that."""
        if not self._has_begun and data.startswith(TLS_HANDSHAKE):
            raise UnreadableRequest(
                http.HTTPStatus.BAD_REQUEST, "This port speaks plain HTTP: use http://, not https://"
            )
        self._has_begun = True
        self._unparsed_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # llhttp leaves what follows to another protocol; it is the next request.
            self._parser = httptools.HttpRequestParser(self)
            if rest := data[upgrade.args[0] :]:
                self.feed(rest)
        except httptools.HttpParserCallbackError as error:
            if isinstance(error.__context__, UnreadableRequest):
                raise error.__context__ from None
            raise
        except httptools.HttpParserError as error:
            raise UnreadableRequest(
                http.HTTPStatus.BAD_REQUEST, f"This is not a request of HTTP/1.1: {error}"
            ) from error
        if not self._in_body:
            self._bound_headers(self._unparsed_bytes)

    def next_request(self) -> HttpRequest | None:
        """Return the oldest request that is complete; None if there is none yet."""
        return self._requests.popleft() if self._requests else None

    # What httptools calls, in this order.

    def on_message_begin(self) -> None:
        self._request = HttpRequest()
        self._in_body = False

    def on_url(self, part: bytes) -> None:
        self._request.target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self._request.headers.append((name, value))

    def on_headers_complete(self) -> None:
        request = self._request
        self._bound_headers(len(request.target) + sum(len(n) + len(v) + 4 for n, v in request.headers))
        self._in_body = True
        self._unparsed_bytes = 0
        request.method = self._parser.get_method()
        request.version = self._parser.get_http_version()
        request.keep_alive = self._parser.should_keep_alive()
        if any(n.lower() == b"expect" and v.lower() == b"100-continue" for n, v in request.headers):
            self._on_expectation()

    def on_body(self, part: bytes) -> None:
        self._request.body.append(part)

    def on_message_complete(self) -> None:
        self._in_body = False
        self._unparsed_bytes = 0
        self._requests.append(self._request)

    @staticmethod
    def _bound_headers(size: int) -> None:
        if size > MAX_HEADER_BYTES:
            raise UnreadableRequest(
                http.HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"The request line and headers have more than {MAX_HEADER_BYTES} bytes",
            )
