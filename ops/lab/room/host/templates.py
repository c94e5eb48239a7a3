"""Templates of a room: its pages, their parts and its export. All text of others is escaped."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from ops.lab.room.host.shown_times import FILTERS

TEMPLATES = Environment(
    loader=PackageLoader("ops.lab.room", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= FILTERS


def rendered(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """An answer with the template, filled."""
    text = TEMPLATES.get_template(template).render(**values)
    # A card may hold half of a surrogate pair, which UTF-8 does not know: it is shown as JSON escapes it.
    return HTMLResponse(text.encode("utf-8", "backslashreplace"), status)
