"""How a mail server looks that is none: one that never speaks, one that speaks something else."""

import asyncio

from ops.lab.sinks.ledger import Ledger


class Silent(asyncio.Protocol):
    """Takes the connection and says nothing, not even the greeting."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._ledger.add_failed()


class Foreign(Silent):
    """Greets as a web server does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)  # TCP has two directions
        transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        transport.close()
