"""Connections of the port, each with a thread that reads its requests, serves them and answers."""

import contextlib
import email.utils
import io
import logging
import socket
import threading
import time
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from rolo.gateway import Gateway
from rolo.response import Response
from werkzeug.wrappers import Request

from lab_emulator.http_server.request_gate import GATE, RequestGate, turned_away
from lab_emulator.http_server.request_headers import RequestHeaders
from lab_emulator.http_server.request_parser import HttpRequest, RequestParser, UnreadableRequest

LOG = logging.getLogger(__name__)

RECEIVE_BYTES = 262_144
# After a refusal: what the client still sends is read and dropped, so that it comes to reading the answer.
LINGER_SECONDS = 5
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class HttpConnections:
    """The connections that are open, and the gate that their requests pass."""

    def __init__(self, gateway: Gateway, gate: RequestGate = GATE) -> None:
        self.gateway = gateway
        self.gate = gate

    def start(self, connection: socket.socket, peer: tuple[str, int]) -> None:
        """Serve the connection on a thread of its own, until it ends."""
        serve = HttpConnection(self, connection, peer).serve
        threading.Thread(target=serve, name=f"http-{peer[1]}", daemon=True).start()

    def wait_until_idle(self, seconds: float) -> int:
        """Wait until no request is being served, `seconds` at the most; return how many are."""
        return self.gate.wait_until_idle(seconds)


class HttpConnection:
    """One connection: requests one after another, each answered before the next is looked at."""

    def __init__(
        self, connections: HttpConnections, connection: socket.socket, peer: tuple[str, int]
    ) -> None:
        self._connections = connections
        self._socket = connection
        self._peer = peer
        self._parser = RequestParser(on_expectation=lambda: connection.sendall(CONTINUE))

    def serve(self) -> None:
        """Answer requests until the client has no more, or one cannot be read."""
        with self._socket, contextlib.suppress(ConnectionError, TimeoutError):
            # Each answer is one segment or more of its own: none waits for the acknowledgement of another.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while (request := self._receive()) and self._answer(request):
                    pass
            except UnreadableRequest as refusal:
                self._refuse(refusal)

    def _receive(self) -> HttpRequest | None:
        while (request := self._parser.next_request()) is None:
            data = self._socket.recv(RECEIVE_BYTES)
            if not data:
                return None
            self._parser.feed(data)
        return request

    def _answer(self, received: HttpRequest) -> bool:
        """Serve the request, and return whether the connection can serve another."""
        with self._connections.gate.passage(received.target) as admitted:
            environ = self._environ(received)
            request = Request(environ)
            # werkzeug's own are read-only, and write the names as WSGI does.
            request.headers = RequestHeaders(
                [(name.decode("latin-1"), value.decode("latin-1")) for name, value in received.headers]
            )
            response = Response() if admitted else turned_away()
            if admitted:
                self._connections.gateway.process(request, response)
            return self._send(received, *response.get_wsgi_response(environ))

    def _send(self, request: HttpRequest, body: Any, status: str, headers: list[tuple[str, str]]) -> bool:
        names = {name.lower(): value.lower() for name, value in headers}
        keep_alive = request.keep_alive and names.get("connection") != "close"
        bodiless = request.method == b"HEAD" or status[:1] == "1" or status[:3] in ("204", "304")
        chunked = not bodiless and "content-length" not in names and request.version == "1.1"
        if not bodiless and "content-length" not in names and not chunked:
            keep_alive = False  # HTTP/1.0: the end of the connection ends the body
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        if "date" not in names:
            lines.append(f"Date: {email.utils.formatdate(usegmt=True)}")
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        if not keep_alive and "connection" not in names:
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        with contextlib.closing(body) if hasattr(body, "close") else contextlib.nullcontext():
            for part in () if bodiless else body:
                if part:
                    self._socket.sendall(head + (b"%x\r\n%b\r\n" % (len(part), part) if chunked else part))
                    head = b""
        if chunked:
            head += b"0\r\n\r\n"
        if head:
            self._socket.sendall(head)
        return keep_alive

    def _environ(self, request: HttpRequest) -> dict[str, Any]:
        """Return the request as WSGI has it (PEP 3333), with the raw target as RAW_URI."""
        target = request.target.decode("latin-1")
        # A client of a proxy sends the whole URL (RFC 9112, 3.2.2).
        path, _, query = (target if target.startswith("/") else _without_origin(target)).partition("?")
        host, port = self._socket.getsockname()[:2]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method.decode(),
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path else path,
            "QUERY_STRING": query,
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": f"HTTP/{request.version}",
            "REMOTE_ADDR": self._peer[0],
            "REMOTE_PORT": str(self._peer[1]),
            "RAW_URI": target,
            "REQUEST_URI": target,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(b"".join(request.body)),
            "wsgi.input_terminated": True,
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for raw_name, value in request.headers:
            name = raw_name.decode("latin-1").upper().replace("-", "_")
            if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                name = f"HTTP_{name}"
            text = value.decode("latin-1")
            environ[name] = f"{environ[name]},{text}" if name in environ else text
        return environ

    def _refuse(self, refusal: UnreadableRequest) -> None:
        LOG.warning("a request on port %s was refused: %s", self._socket.getsockname()[1], refusal)
        body = f"{refusal}\n".encode()
        head = (
            f"HTTP/1.1 {refusal.status.value} {refusal.status.phrase}\r\ncontent-type: text/plain\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        self._socket.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + LINGER_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            if not self._socket.recv(RECEIVE_BYTES):
                return


def _without_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
