"""Controls of the console's templates: none is without a test that presses it in a browser."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import scenarios.console
from ops.lab.console.pages import PAGES
from scenarios.console.controls import controls, controls_of, is_meant, missing, pressed_by

# Shown on AWS alone, where no browser of these tests is.
ON_AWS_ALONE = {"POST /dead-letters/look", "GET /story-keys"}


def _pressed() -> Iterator[str]:
    """What the tests of the scenarios name; a fixture holds each of them to it."""
    for module in pkgutil.iter_modules(scenarios.console.__path__, f"{scenarios.console.__name__}."):
        for each in vars(importlib.import_module(module.name)).values():
            yield from pressed_by(each)


PRESSED = frozenset(_pressed())


def test_each_control_is_pressed_in_a_browser() -> None:
    assert missing(controls() - ON_AWS_ALONE, PRESSED) == []


def test_each_route_that_changes_something_is_pressed() -> None:
    routes = {route.path for page in PAGES for route in page.routes if "POST" in (route.methods or ())}
    unpressed = [path for path in sorted(routes) if not any(is_meant(_named(path), name) for name in PRESSED)]
    assert unpressed == ["/dead-letters/look"]


def test_nothing_is_named_that_is_no_control() -> None:
    assert [name for name in sorted(PRESSED) if not any(is_meant(each, name) for each in controls())] == []


def _named(path: str) -> str:
    """A route as a control is named."""
    return "POST " + re.sub(r"\{[^}]*\}", "{}", path)


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<form hx-post="/a/{{ x | urlencode }}/b"><button>B</button></form>', ["POST /a/{}/b"]),
        ('<form action="/find" method="get"><button>Find</button></form>', ["GET /find"]),
        ('<button{% if x %} class="y"{% endif %} hx-get="/a?b={{ c }}">A</button>', ["GET /a"]),
        ('<section hx-get="/by-itself"></section>{# <form action="/x"> #}', []),
        ('<button type="button" id="clear">C</button>', ["press #clear"]),
        ('<a href="/file.csv" download>CSV</a><a href="/page">P</a>', ["GET /file.csv"]),
    ],
)
def test_controls_are_read_from_a_template(template: str, found: list[str]) -> None:
    assert controls_of(template) == found


def test_a_button_that_does_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing known"):
        controls_of('<button type="button" class="new">Do</button>')


def test_what_no_name_means_is_missing() -> None:
    assert missing({"POST /a/{}/b", "GET /c"}, ["POST /a/1/b", "POST /c"]) == ["GET /c"]
