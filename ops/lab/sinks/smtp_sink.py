"""Mail sink: a server that demands TLS, credentials and well-formed mails, and fails as it is told."""

import asyncio
import ssl
import threading
import weakref
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP

from ops.lab.sinks.access import bound
from ops.lab.sinks.failure import FailureKind, FailureSwitch, SinkFailure
from ops.lab.sinks.ledger import SinkLedger
from ops.lab.sinks.mail_handler import MailHandler

STARTTLS, IMPLICIT_TLS = "starttls", "tls"


class Silent(asyncio.Protocol):
    """A server that takes the connection and says nothing, not even the greeting."""

    def __init__(self, ledger: SinkLedger) -> None:
        self._ledger = ledger
        self.transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._ledger.add_failed()


class Foreign(Silent):
    """A server of another protocol: greets as a web server does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)  # TCP has two directions
        transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        transport.close()


Value = TypeVar("Value")


class LoopThread:
    """An event loop in a thread of its own, for callers that have none. Runs from the start until `close`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Do `work` on the loop and return its result. Not to be called on the loop itself."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


class SmtpSink:
    """Listens from the start until `close`. Raises OSError where the port is taken.

    `security` is starttls (RFC 3207; nothing is taken before it) or tls (RFC 8314: TLS from the first byte).
    """

    def __init__(self, username: str, password: str, port: int, tls: ssl.SSLContext, security: str) -> None:
        self.ledger = SinkLedger()
        self.failures = FailureSwitch(self._follow)
        self._handler = MailHandler(username, password, self.ledger, self.failures)
        self._tls, self._starttls = tls, security == STARTTLS
        self._connections: weakref.WeakSet[SMTP | Silent] = weakref.WeakSet()
        holder = bound(port)
        self.port = int(holder.getsockname()[1])
        self._thread = LoopThread()
        self._holder = holder
        self._server: asyncio.Server | None = None
        self._thread.run(self._listen())

    def close(self) -> None:
        self.failures.heal()
        self._thread.run(self._stop())
        self._thread.close()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        implicit = None if self._starttls else self._tls
        self._server = await loop.create_server(self._protocol, sock=self._holder, ssl=implicit)

    async def _stop(self) -> None:
        """Stop listening, let go of the port, cut every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._cut(Silent, SMTP)

    def _protocol(self) -> asyncio.BaseProtocol:
        failure = self.failures.current
        connection: SMTP | Silent
        if failure is not None and failure.kind is FailureKind.HANG:
            connection = Silent(self.ledger)
        elif failure is not None and failure.kind is FailureKind.WRONG:
            connection = Foreign(self.ledger)
        else:
            connection = self._smtp()
        self._connections.add(connection)
        return connection

    def _smtp(self) -> SMTP:
        # The handler's handle_MAIL refuses who did not authenticate: auth_required would warn of AUTH without
        # TLS where TLS is implicit, which aiosmtpd does not see.
        return SMTP(
            self._handler,
            hostname="sinks.lab",
            tls_context=self._tls if self._starttls else None,
            require_starttls=self._starttls,
            auth_require_tls=self._starttls,
            authenticator=self._handler.authenticate,
            enable_SMTPUTF8=True,
            loop=self._thread.loop,
        )

    def _follow(self, failure: SinkFailure | None) -> None:
        self._thread.run(self._change(failure is not None and failure.kind is FailureKind.REFUSED))

    async def _change(self, refuse: bool) -> None:
        self._cut(Silent)
        if refuse and self._server is not None:
            await self._stop()
            self._holder = bound(self.port)
        elif not refuse and self._server is None:
            await self._listen()

    def _cut(self, *kinds: type[SMTP | Silent]) -> None:
        for connection in list(self._connections):
            if isinstance(connection, kinds) and isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()
