"""App of a room's host: what laptops may send and the facilitator's pages, behind the guard."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from ops.lab.room.host.attending import Attending
from ops.lab.room.host.room_access import RoomAccess
from ops.lab.room.host.room_book import RoomBook
from ops.lab.room.host.room_guard import RoomGuard
from ops.lab.room.host.room_pages import RoomPages
from ops.lab.web import libraries

_STATIC = Path(__file__).parents[1] / "static"


def create_app(book: RoomBook, access: RoomAccess, attending: Attending | None = None) -> Starlette:
    """The ASGI app. Raises CommandError where the libraries of its pages are not installed."""
    return Starlette(
        routes=[
            *(attending or Attending(book)).routes,
            *RoomPages(book, access).routes,
            *libraries.routes(),
            Mount("/static", StaticFiles(directory=_STATIC, packages=[("ops.lab.web", "static")])),
        ],
        middleware=[Middleware(RoomGuard, access=access)],
        exception_handlers={HTTPException: _http},
    )


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(str(error.detail), error.status_code, error.headers)
