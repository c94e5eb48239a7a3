"""Property selectors of JSON log events: `$.user.id`, `$.items[0]`, `$.items[*].name`, `$.["a.b"]`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lab_emulator.logs.text_filter_pattern import (
    InvalidPattern,
)

_STEP = r"""\.?\[(?:\d+|\*|"[^"]*"|'[^']*')\]|\.[^\s.\[\]()=<>!&|"'%{}]+"""


SELECTOR = rf"\$(?:{_STEP})+"


@dataclass(frozen=True)
class Selector:
    """Path into a JSON document. A step is a key, an index, or None for every element."""

    text: str
    steps: tuple[str | int | None, ...]

    @classmethod
    def parse(cls, text: str) -> "Selector":
        """Read `text`; raises InvalidPattern where it is not a selector."""
        if not re.fullmatch(SELECTOR, text):
            raise InvalidPattern(f"{text!r} is not a property selector")
        return cls(text, tuple(_step(step) for step in re.findall(_STEP, text)))

    def values(self, document: Any) -> list[Any]:
        """Return every value that the path leads to: none if absent, several only through `[*]`."""
        found = [document]
        for step in self.steps:
            found = [value for parent in found for value in _children(parent, step)]
        return found


def _step(text: str) -> str | int | None:
    inner = text.lstrip(".").strip("[]")
    if "[" not in text:
        return inner
    if inner == "*":
        return None
    return int(inner) if inner.isdigit() else inner[1:-1]


def _children(parent: Any, step: str | int | None) -> Iterator[Any]:
    if isinstance(step, str):
        if isinstance(parent, dict) and step in parent:
            yield parent[step]
    elif isinstance(parent, list):
        yield from parent if step is None else parent[step : step + 1]
