"""Controls of the console: what a person can press in its pages, as its templates have it."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

from ops.lab import console

_TEMPLATES = Path(console.__file__).with_name("templates")
_NAMES = "pressed_controls"
# A value that a template fills in, in the name of a control.
_VALUE = "{}"
# What asks by itself, such as a section, is no control.
_PRESSED = frozenset({"button", "form", "select", "input", "a"})

TestFunction = TypeVar("TestFunction", bound=Callable[..., Any])

# Tells the test what no request shows: buttons that change the page alone, and links to files.
WATCH_CLICKS = """document.addEventListener("click", (event) => {
  const link = event.target.closest("a[download]");
  if (link) window.labPressed(`GET ${link.pathname}`);
  const button = event.target.closest("button");
  if (!button) return;
  if (button.id) window.labPressed(`press #${button.id}`);
  if (button.dataset.zoom) window.labPressed(`press data-zoom=${button.dataset.zoom}`);
}, true);"""


def presses(*names: str) -> Callable[[TestFunction], TestFunction]:
    """What a test presses, by the names of controls; the fixture `visitor` holds it to that."""

    def note(test: TestFunction) -> TestFunction:
        setattr(test, _NAMES, names)
        return test

    return note


def pressed_by(test: object) -> tuple[str, ...]:
    """The names that a test was given by `presses`; none without it."""
    found: tuple[str, ...] = getattr(test, _NAMES, ())
    return found


@cache
def controls() -> frozenset[str]:
    """The names of all controls: `POST /levers/set` for what asks the server so, `press #ID` for a button of
    the page alone. `{}` stands for what a template fills in.

    Raises ValueError for a button that does nothing known.
    """
    return frozenset(
        name for path in _TEMPLATES.glob("*.j2") for name in controls_of(path.read_text(encoding="utf-8"))
    )


def controls_of(template: str) -> list[str]:
    """The controls of one template."""
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", template, flags=re.DOTALL)
    reader = _TemplateReader()
    reader.feed(re.sub(r"\{\{.*?\}\}", _VALUE, plain, flags=re.DOTALL))
    return reader.found


def is_meant(control: str, name: str) -> bool:
    """Whether the name, of a route or of what a browser did, is one that the control may have."""
    pattern = ".+".join(re.escape(part) for part in control.split(_VALUE))
    return re.fullmatch(pattern, name) is not None


def missing(controls: Iterable[str], names: Iterable[str]) -> list[str]:
    """The controls that none of the names means."""
    known = list(names)
    return sorted(each for each in controls if not any(is_meant(each, name) for name in known))


class _TemplateReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        own = list(_requests(tag, given)) + list(_own_buttons(tag, given))
        self._in_form = self._in_form or tag == "form"
        if tag == "button" and not own and not (self._in_form and given.get("type", "submit") == "submit"):
            raise ValueError(f"a button that does nothing known: {self.get_starttag_text()}")
        self.found += own

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False


def _requests(tag: str, given: dict[str, str]) -> Iterable[str]:
    if tag not in _PRESSED:
        return
    if "hx-post" in given:
        yield f"POST {_path(given['hx-post'])}"
    if "hx-get" in given:
        yield f"GET {_path(given['hx-get'])}"
    if "action" in given:
        yield f"{given.get('method', 'get').upper()} {_path(given['action'])}"
    if "download" in given:
        yield f"GET {_path(given['href'])}"


def _own_buttons(tag: str, given: dict[str, str]) -> Iterable[str]:
    if tag == "button" and "id" in given:
        yield f"press #{given['id']}"
    if tag == "button" and "data-zoom" in given:
        yield f"press data-zoom={given['data-zoom']}"


def _path(address: str) -> str:
    return address.partition("?")[0]
