"""Server of the console: uvicorn with its app, on loopback, until it is told to end."""

import socket
from collections.abc import Callable

import uvicorn

from ops.lab.console.context import ConsoleContext
from ops.lab.console.serving.app import create_app

# Open feeds would keep it for ever.
_SECONDS_TO_END = 2


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
