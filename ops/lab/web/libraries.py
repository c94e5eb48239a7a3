"""Libraries that pages load: npm's, beside those of reports, by the names that the pages know."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ops.lab.errors import CommandError
from ops.lab.repository import SETUP_HINT

_REPORT = Path(__file__).parents[1] / "report"
_INSTALLED = _REPORT / "node_modules"
LIBRARIES = {
    "htmx.js": _INSTALLED / "htmx.org/dist/htmx.min.js",
    "idiomorph.js": _INSTALLED / "idiomorph/dist/idiomorph-ext.min.js",
    "backdrop.js": _REPORT / "backdrop.js",
    "uplot.js": _INSTALLED / "uplot/dist/uPlot.iife.min.js",
    "uplot.css": _INSTALLED / "uplot/dist/uPlot.min.css",
}


def routes() -> list[Route]:
    """A route for each. Raises CommandError where one is not installed."""
    return [_library(name, path) for name, path in LIBRARIES.items()]


def _library(name: str, path: Path) -> Route:
    if not path.is_file():
        raise CommandError(f"{path.name}, which the pages load, is not installed", hint=SETUP_HINT)
    content = path.read_bytes()
    kind = "text/css" if name.endswith(".css") else "text/javascript"

    async def serve(_: Request) -> PlainTextResponse:
        return PlainTextResponse(
            content, media_type=kind, headers={"Cache-Control": "private, max-age=86400"}
        )

    return Route(f"/library/{name}", serve)
