"""Document of a report: one HTML page with its data, styles and charts' library. It loads nothing."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from ops.lab.errors import CommandError
from ops.lab.repository import SETUP_HINT

_FOLDER = Path(__file__).parent
_LIBRARY = _FOLDER / "node_modules" / "uplot" / "dist"
_SCRIPTS = (_LIBRARY / "uPlot.iife.min.js", _FOLDER / "backdrop.js", _FOLDER / "charts.js")


def write_document(
    path: Path,
    package: str,
    content: Mapping[str, Any],
    *,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    styles: Sequence[Path] = (),
) -> None:
    """Render `page.html.j2` of the package, which extends `document.html.j2`, with the content.

    The content has `plots` for the charts. `styles` come after those that all reports have.
    Raises CommandError where the charts' library is not installed.
    """
    templates = Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader(__package__, ".")]),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= dict(filters or {})
    page = templates.get_template("page.html.j2").render(
        style="".join(map(_read, (_LIBRARY / "uPlot.min.css", _FOLDER / "page.css", *styles))),
        script="".join(map(_read, _SCRIPTS)),
        **content,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CommandError(
            f"{path.name}, which draws the report, is not installed", hint=SETUP_HINT
        ) from error
