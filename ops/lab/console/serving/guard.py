"""Guard before every route: no page of another site reads the console or has it change something.

Beside what tells the console's own pages from others, every change needs the token of this start, which a
page of another site cannot know.
"""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ops.lab.console.serving.access import ConsoleAccess
from ops.lab.web.own_origin import SAFE_METHODS, TOKEN_HEADER, with_security_headers


class Guard:
    """ASGI middleware. Refuses with 403 and the reason; adds security headers to every answer."""

    def __init__(self, app: ASGIApp, access: ConsoleAccess) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send_guarded = with_security_headers(send)
        if refusal := self._refusal(str(scope["method"]), Headers(scope=scope)):
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        """Why the request is refused; None where it is not."""
        if refusal := self._access.origin.refusal(method, headers):
            return refusal
        if method in SAFE_METHODS:
            return None
        if not self._access.changes_allowed:
            return "This console only reads: start it with --allow-changes to change the account."
        if not self._access.knows(headers.get(TOKEN_HEADER, "")):
            return "This page has no token of this start: open the address that the console printed."
        return None
