"""HTTP port: a connection that says why it refuses a request, and that never leaves HTTP/1.1.

Twisted closes a connection whose header is too long without an answer, and waits for the end of a line that a
TLS handshake does not have. LocalStack makes a WebSocket of each request that asks for one, before it looks
whose it is, and no service accepts one; API Gateway's HTTP APIs know no WebSocket either, so that the
request is served as the HTTP request that it also is ("A server MAY ignore a received Upgrade header field":
RFC 9110, 7.8).
"""

import http
import logging

from rolo.gateway import Gateway
from rolo.gateway.wsgi import WsgiGateway
from rolo.serving.twisted import HeaderPreservingHTTPChannel, HeaderPreservingWSGIResource, TwistedGateway
from twisted.internet import reactor
from twisted.web.http import _GenericHTTPChannelProtocol

LOG = logging.getLogger(__name__)

# Of request line and headers. API Gateway counts 10,240 bytes without the names: it refuses these itself.
MAX_HEADER_BYTES = 32_768
# After a refusal: what the client still sends is read and dropped, so that it comes to reading the answer.
LINGER_SECONDS = 5
TLS_HANDSHAKE = b"\x16"  # the type of the record that a TLS connection begins with (RFC 8446, 5.1)


class PlainHttpSite(TwistedGateway):
    """LocalStack's gateway, served by `RefusingChannel`."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway)
        self.resource = HeaderPreservingWSGIResource(reactor, reactor.getThreadPool(), WsgiGateway(gateway))
        self.protocol = lambda: _GenericHTTPChannelProtocol(RefusingChannel())


class RefusingChannel(HeaderPreservingHTTPChannel):
    """Connection on which every request that cannot be read has an answer."""

    MAX_LENGTH = totalHeadersSize = MAX_HEADER_BYTES
    _has_begun = _has_refused = False

    def dataReceived(self, data: bytes) -> None:
        if self._has_refused:
            return
        if not self._has_begun and data.startswith(TLS_HANDSHAKE):
            port = self.transport.getHost().port
            LOG.warning(
                "a client began TLS on port %s, which speaks plain HTTP: use http://, not https://", port
            )
            self._refuse(
                http.HTTPStatus.BAD_REQUEST, "This port speaks plain HTTP: use http://, not https://"
            )
            return
        self._has_begun = True
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:
        if self._receivedHeaderSize + len(line) > MAX_HEADER_BYTES:
            self.lineLengthExceeded(line)
        else:
            super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        self._refuse(
            http.HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The request line and headers have more than {MAX_HEADER_BYTES} bytes",
        )

    def _respondToBadRequestAndDisconnect(self) -> None:
        self._refuse(http.HTTPStatus.BAD_REQUEST, "This is not a request of HTTP/1.1")

    def _refuse(self, status: http.HTTPStatus, words: str) -> None:
        if self._has_refused:
            return
        self._has_refused = True
        self.clearLineBuffer()
        body = f"{words}\n".encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.loseWriteConnection()
        self.setTimeout(LINGER_SECONDS)
