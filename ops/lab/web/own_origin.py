"""Own origin: what a browser sends with a request of the server's own pages, and no other site's page can.

Against DNS rebinding the Host header, against forms and scripts of other sites Origin and Fetch Metadata
(https://web.dev/articles/fetch-metadata).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
# By which a page shows that a person opened it with the token of this start.
TOKEN_HEADER = "X-Lab-Token"
SAFE_METHODS = frozenset({"GET", "HEAD"})
_HEADERS = {
    # Nothing but what the server itself serves: no inline script or style runs, so text stays text.
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


@dataclass(frozen=True)
class OwnOrigin:
    """`hosts` are what a browser may send as Host, each with its port; `server` names it in a refusal."""

    server: str
    hosts: frozenset[str]

    @classmethod
    def at(cls, server: str, names: Iterable[str], port: int) -> "OwnOrigin":
        """The one of a server on this port of these hosts."""
        return cls(server, frozenset(f"{name}:{port}" for name in names))

    def refusal(self, method: str, headers: Headers) -> str | None:
        """Why the request is refused; None where it is not."""
        if headers.get("host", "").lower() not in self.hosts:
            return f"{self.server} answers to {', '.join(sorted(self.hosts))} alone."
        origin = headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in self.hosts:
            return f"{self.server} answers no page of another site."
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not _is_visit(method, headers):
            return f"{self.server} answers no page of another site."
        return None


def with_security_headers(send: Send) -> Send:
    """The same, which adds to each answer what keeps its text text."""

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_guarded


def _is_visit(method: str, headers: Headers) -> bool:
    """Whether a person follows a link to the server: it shows a page, and changes nothing."""
    return (
        method == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest", "document") == "document"
    )
