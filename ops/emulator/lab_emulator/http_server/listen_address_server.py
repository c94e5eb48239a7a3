"""Server that listens on the addresses it is told, and on no other, and serves each connection by a thread.

LocalStack's binds every IPv4 interface whatever `GATEWAY_LISTEN` says (localstack/runtime/server/twisted.py,
4.13.1).
"""

import logging
import selectors
import socket
import threading

from localstack.config import HostAndPort
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from rolo.gateway import Gateway

from lab_emulator.http_server.http_connection import HttpConnections

LOG = logging.getLogger(__name__)

BACKLOG = 512  # connections that wait for a thread; the kernel's net.core.somaxconn may lower it
# What runs when LocalStack stops may end: as long as LocalStack's own server waits (twisted.py, shutdown).
PATIENCE_SECONDS = 10
NO_DESCRIPTOR_PAUSE_SECONDS = 0.1


class ListenAddressServer(RuntimeServer):
    """Listens on the hosts in `GATEWAY_LISTEN`. Plain HTTP/1.1: no name, no certificate."""

    def __init__(self) -> None:
        self._listeners: list[socket.socket] = []
        self._stopping = threading.Event()
        self._wake, self._woken = socket.socketpair()

    def register(
        self, gateway: Gateway, listen: list[HostAndPort], ssl_creds: tuple[str, str] | None = None
    ) -> None:
        """Bind the addresses. Raises OSError where one is taken. There is no TLS, whatever `ssl_creds`."""
        self._connections = HttpConnections(gateway)
        for address in listen:
            listener = socket.create_server((address.host, address.port), backlog=BACKLOG)
            listener.setblocking(False)
            self._listeners.append(listener)

    def run(self) -> None:
        """Accept connections until `shutdown`; then wait for the requests under way, 10 s at the most."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            for listener in self._listeners:
                selector.register(listener, selectors.EVENT_READ, self._accept)
            while not self._stopping.is_set():
                for key, _ in selector.select():
                    if key.data:
                        key.data(key.fileobj)
        for listener in self._listeners:
            listener.close()
        if left := self._connections.wait_until_idle(PATIENCE_SECONDS):
            LOG.warning("%s requests were under way when LocalStack ended", left)

    def shutdown(self) -> None:
        """Let `run` end. Any thread may call it."""
        self._stopping.set()
        self._wake.send(b"\0")

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, peer = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # the client has left
        except OSError as error:  # no descriptor is left: those who wait are served when one is
            LOG.warning("cannot accept a connection: %s", error)
            self._stopping.wait(NO_DESCRIPTOR_PAUSE_SECONDS)
            return
        self._connections.start(connection, peer)


class ListenAddressServerPlugin(RuntimeServerPlugin):
    """The name by which `GATEWAY_SERVER` chooses the server."""

    name = "listen_address"

    def load(self, *args, **kwargs):
        return ListenAddressServer()
