"""Server of the console: uvicorn with its app, on loopback, until it is told to end."""

import os
import socket
from collections.abc import Callable, Mapping

import uvicorn

from ops.lab.console.app import create_app
from ops.lab.console.context import ConsoleContext
from ops.lab.errors import Refused

DEFAULT_PORT = 8080
# Open feeds would keep it for ever.
_SECONDS_TO_END = 2


def listening_address(environ: Mapping[str, str] = os.environ) -> str:
    """Loopback; in a container LAB_CONSOLE_LISTEN names what Docker publishes on the host's loopback."""
    return environ.get("LAB_CONSOLE_LISTEN") or "127.0.0.1"


def bound_socket(address: str, port: int) -> socket.socket:
    """A socket on the port; 0 takes a free one. Raises Refused where the port is in use."""
    try:
        return socket.create_server((address, port))
    except OSError as error:
        raise Refused(
            f"port {port} of {address} cannot be had: {error.strerror}",
            hint="choose another: lab console --port 8081",
        ) from error


def serve(context: ConsoleContext, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM. `started` is called once it answers."""

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started()

    config = uvicorn.Config(
        create_app(context),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    Server(config).run(sockets=[listener])
