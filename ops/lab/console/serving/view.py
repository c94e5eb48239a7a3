"""View: what a page or a fragment of it looks like, from its template and its values. All text is escaped."""

import json
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ops.lab.console.context import context_of
from ops.lab.incidents.report.page import clock as minutes_and_seconds
from ops.lab.local.command_lock import in_words

_TEMPLATES = Environment(
    loader=PackageLoader("ops.lab.console", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, **values: Any) -> HTMLResponse:
    """A whole page: the template extends `page.html.j2`."""
    context = context_of(request)
    return fragment(
        request,
        template,
        pages=request.app.state.pages,
        here=request.url.path,
        access=context.access,
        where=context.where,
        **values,
    )


def fragment(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A part of a page, for htmx to put in its place."""
    context = context_of(request)
    text = _TEMPLATES.get_template(template).render(look=context.poller.latest, context=context, **values)
    # A body may hold half of a surrogate pair, which UTF-8 does not know: it is shown as JSON escapes it.
    return HTMLResponse(text.encode("utf-8", "backslashreplace"), status)


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%H:%M:%S")


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _moment(at: float) -> str:
    """The time; with the date before it on another day than today."""
    moment = datetime.fromtimestamp(at)
    today = moment.date() == datetime.now().date()
    return moment.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S")


def about_minutes(minutes: float) -> str:
    """A rough span: "30 s", "1.5 min"."""
    return f"{minutes:g} min" if minutes >= 1 else f"{minutes * 60:.0f} s"


def _pretty(text: str) -> str:
    """JSON with an indent; any other text as it is, and JSON too that would not say the same: 1e2, 1e400, a
    name that occurs twice."""
    try:
        shown = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        return shown if _read_exactly(shown) == _read_exactly(text) else text
    except (ValueError, RecursionError):  # no JSON, or nested deeper than Python reads
        return text


def _read_exactly(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=tuple)


_TEMPLATES.filters |= {
    "moment": _moment,
    "clock": _clock,
    "iso": _iso,
    "span": in_words,
    "about_minutes": about_minutes,
    "minutes": minutes_and_seconds,
    "pretty": _pretty,
}
