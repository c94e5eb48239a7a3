"""A threading HTTPS server that can be ended with all its connections, at once."""

import contextlib
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ops.lab.sinks.ledger import Finding, Ledger
from ops.lab.sinks.loopback import HOST, bound

_HANDSHAKE_SECONDS = 10


class TlsServer(ThreadingHTTPServer):
    """Holds its port from the start and refuses connections until `serve`."""

    daemon_threads = True

    def __init__(
        self, port: int, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext, ledger: Ledger
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
            return  # somebody looked whether the port is open
        except ssl.SSLError as error:
            self._ledger.add([Finding({}, f"TLS: {error.reason}")])
            return
        except OSError:
            return
        self._open.add(connection)
        try:
            with connection:
                super().finish_request(connection, client_address)
        finally:
            self._open.discard(connection)
