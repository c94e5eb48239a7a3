"""Server of pages: uvicorn with an app, on sockets that listen, until it is told to end."""

import socket
from collections.abc import Callable, Sequence

import uvicorn
from starlette.types import ASGIApp

# Open feeds would keep it for ever.
_SECONDS_TO_END = 2


def serve(app: ASGIApp, listeners: Sequence[socket.socket], started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM. `started` is called once it answers."""

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started()

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        # What stands in front of a server decides who its caller is; in front of these stands nothing.
        proxy_headers=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )
    Server(config).run(sockets=list(listeners))
