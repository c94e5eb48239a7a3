"""App of the console: its routes behind the guard, and the poller that runs as long as it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ops.lab.console import failures
from ops.lab.console.context import ConsoleContext
from ops.lab.console.feed import feed
from ops.lab.console.guard import Guard
from ops.lab.console.pages import PAGES
from ops.lab.errors import CommandError
from ops.lab.repository import SETUP_HINT

_STATIC = Path(__file__).parent / "static"
_LIBRARIES = Path(__file__).parents[1] / "report" / "node_modules"
_SERVED = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "idiomorph.js": "idiomorph/dist/idiomorph-ext.min.js",
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
}


def create_app(context: ConsoleContext) -> Starlette:
    """The ASGI app. Raises CommandError where the libraries of its pages are not installed."""

    @asynccontextmanager
    async def polling(_: Starlette) -> AsyncIterator[None]:
        try:
            with context.poller:
                yield
        finally:
            context.sending.close()
            context.uploading.close()

    app = Starlette(
        routes=[
            *(route for each in PAGES for route in each.routes),
            Route("/feed", feed),
            Route("/health", _health),
            *(_library(name, _LIBRARIES / path) for name, path in _SERVED.items()),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(Guard, access=context.access)],
        exception_handlers=failures.HANDLERS,
        lifespan=polling,
    )
    app.state.console = context
    app.state.pages = PAGES
    return app


async def _health(_: Request) -> PlainTextResponse:
    """That the console answers, whatever its target does."""
    return PlainTextResponse("ok")


def _library(name: str, path: Path) -> Route:
    if not path.is_file():
        raise CommandError(f"{path.name}, which the console's pages load, is not installed", hint=SETUP_HINT)
    content = path.read_bytes()
    kind = "text/css" if name.endswith(".css") else "text/javascript"

    async def serve(_: Request) -> PlainTextResponse:
        return PlainTextResponse(
            content, media_type=kind, headers={"Cache-Control": "private, max-age=86400"}
        )

    return Route(f"/library/{name}", serve)
