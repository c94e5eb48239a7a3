"""Guard before every route: no page of another site reads the console or has it change something.

Against DNS rebinding the Host header, against forms and scripts of other sites Origin and Fetch Metadata
(https://web.dev/articles/fetch-metadata), and for every change the token of this start, which such a page
cannot know.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ops.lab.console.serving.access import ConsoleAccess

TOKEN_HEADER = "X-Lab-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_HEADERS = {
    # Nothing but what the console itself serves: no inline script or style runs, so text stays text.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware. Refuses with 403 and the reason; adds security headers to every answer."""

    def __init__(self, app: ASGIApp, access: ConsoleAccess) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal := self._refusal(str(scope["method"]), Headers(scope=scope)):
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        """Why the request is refused; None where it is not."""
        if headers.get("host", "") not in self._access.hosts:
            return f"The console answers to {', '.join(sorted(self._access.hosts))} alone."
        origin = headers.get("origin")
        if origin is not None and origin not in self._access.origins:
            return "The console answers no page of another site."
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not _is_visit(method, headers):
            return "The console answers no page of another site."
        if method in _SAFE_METHODS:
            return None
        if not self._access.changes_allowed:
            return "This console only reads: start it with --allow-changes to change the account."
        if not self._access.knows(headers.get(TOKEN_HEADER, "")):
            return "This page has no token of this start: open the address that the console printed."
        return None


def _is_visit(method: str, headers: Headers) -> bool:
    """Whether a person follows a link to the console: it shows a page, and changes nothing."""
    return (
        method == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest", "document") == "document"
    )
