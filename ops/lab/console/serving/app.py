"""App of the console: its routes behind the guard, and the poller that runs as long as it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ops.lab.console.context import ConsoleContext
from ops.lab.console.pages import PAGES
from ops.lab.console.serving import failures
from ops.lab.console.serving.feed import feed
from ops.lab.console.serving.guard import Guard
from ops.lab.web import libraries

_STATIC = Path(__file__).parents[1] / "static"


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
            Route("/token", _token, methods=["POST"]),
            *libraries.routes(),
            Mount("/static", StaticFiles(directory=_STATIC, packages=[("ops.lab.web", "static")])),
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


async def _token(_: Request) -> Response:
    """That the guard let it through: the token is the one of this start."""
    return Response(status_code=204)
