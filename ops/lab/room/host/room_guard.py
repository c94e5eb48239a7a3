"""Guard before every route of a room: laptops send, the facilitator looks, and nobody else does either.

What laptops send comes in by any address, with a code or a token that its route compares. Pages, exports and
changes are for who sits at this machine: they come in by loopback, and need the facilitator's token but for
the frame of a page, which has nothing of the room in it.
"""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ops.lab.room.host.room_access import RoomAccess, is_loopback
from ops.lab.web.own_origin import SAFE_METHODS, TOKEN_HEADER, with_security_headers

LAPTOPS_PATHS = frozenset({"/join", "/heartbeat", "/card", "/leave"})
_FRAMES = frozenset({"/", "/debrief", "/health"})
_FILES = ("/static/", "/library/")
_BOARD = "/board"


class RoomGuard:
    """ASGI middleware. Refuses with 403 and the reason; adds security headers to every answer."""

    def __init__(self, app: ASGIApp, access: RoomAccess) -> None:
        self._app = app
        self._access = access
        self._origin = access.origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # a room has no WebSockets
        send_guarded = with_security_headers(send)
        if refusal := self._refusal(scope, Headers(scope=scope)):
            await _answer(scope, refusal)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        """Why the request is refused; None where it is not."""
        method, path = str(scope["method"]), str(scope["path"])
        if refusal := self._origin.refusal(method, headers):
            return refusal
        if path in LAPTOPS_PATHS:
            return None
        reads = method in SAFE_METHODS
        if reads and self._access.open_board and (path in ("/", _BOARD) or path.startswith(_FILES)):
            return None
        server = scope.get("server")
        if server is None or not is_loopback(str(server[0])):
            return "The pages of this room are opened on the facilitator's own laptop."
        if reads and (path in _FRAMES or path.startswith(_FILES)):
            return None
        if not self._access.knows(headers.get(TOKEN_HEADER, "")):
            return "This page has no token of this room: open the address that `lab room serve` printed."
        return None


def _answer(scope: Scope, refusal: str) -> Response:
    """In the words of the protocol for a laptop, and for a person."""
    if scope["path"] in LAPTOPS_PATHS:
        return JSONResponse({"problem": refusal, "hint": "type the address that the host printed"}, 403)
    return PlainTextResponse(refusal, 403)
