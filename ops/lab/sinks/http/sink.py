"""A stand-in that speaks HTTPS."""

import ssl

from ops.lab.sinks.failure import Failure, FailureKind, FailureSwitch
from ops.lab.sinks.http.exchange import Endpoint
from ops.lab.sinks.http.handler import SinkHandler
from ops.lab.sinks.http.server import TlsServer
from ops.lab.sinks.ledger import Ledger


class HttpSink:
    """Listens from the start until `close`. Raises OSError where the port is taken."""

    def __init__(self, endpoint: Endpoint, port: int, tls: ssl.SSLContext) -> None:
        self.ledger = Ledger()
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

    def _follow(self, failure: Failure | None) -> None:
        refuses = failure is not None and failure.kind is FailureKind.REFUSED
        if refuses == self._refuses:
            return
        self._refuses = refuses
        if refuses:
            self._server.end()
            self._server = TlsServer(self.port, self._handler, self._tls, self.ledger)
        else:
            self._server.serve()
