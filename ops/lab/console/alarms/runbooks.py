"""Runbooks of the repository as pages: which there are, and where their links lead in the console."""

import posixpath
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from ops.lab.console.alarms import markdown
from ops.lab.repository import REPOSITORY

FOLDER = "ops/runbooks"
_INDEX = "README"


@dataclass(frozen=True)
class Runbook:
    """A file of the folder. `name` is the file's without its ending."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def title(self) -> str:
        return markdown.title_of(self.text) or self.name

    @property
    def address(self) -> str:
        """Where it is in the console."""
        return "/runbooks" if self.name == _INDEX else f"/runbooks/{self.name}"

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def html(self, *, deeper: int = 0) -> Markup:
        """Its text below its title, with headings that much deeper."""
        return markdown.as_html(self.text, address_of, deeper=deeper)


def runbooks() -> list[Runbook]:
    """All, without the index, by name."""
    return [each for each in _all() if each.name != _INDEX]


def index() -> Runbook:
    """What names a runbook for each alarm."""
    return next(each for each in _all() if each.name == _INDEX)


def find(name: str) -> Runbook | None:
    """The runbook of this name, out of those that there are: no other path can be asked for."""
    return next((each for each in runbooks() if each.name == name), None)


def at_path(path: str) -> Runbook | None:
    """The runbook, or their index, at a path as descriptions of alarms name one; None where it is neither."""
    folder, _, file = path.rpartition("/")
    return next((each for each in _all() if (folder, file) == (FOLDER, each.path.name)), None)


def address_of(link: str) -> str | None:
    """Where a runbook's link leads in the console; None where it is a file that has no page here."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https"):
        return link
    if parts.scheme or parts.netloc:
        return None
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    if not parts.path:
        return fragment or None
    found = at_path(posixpath.normpath(posixpath.join(FOLDER, unquote(parts.path))))
    return f"{found.address}{fragment}" if found else None


def _all() -> list[Runbook]:
    return [Runbook(path) for path in sorted((REPOSITORY / FOLDER).glob("*.md"))]
