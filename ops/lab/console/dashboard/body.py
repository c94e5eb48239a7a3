"""Body of a CloudWatch dashboard: its widgets with their places, and the span of time that it begins with.

By CloudWatch API reference, "Dashboard Body Structure and Syntax":
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COLUMNS = 24
_DEFAULT_SIZE = 6
_KINDS = frozenset({"metric", "text", "log", "alarm"})
_KNOWN = frozenset({"start", "end", "periodOverride", "widgets", "variables"})
# "-PT6H", "-P3D": how far back the range begins.
_DURATION = re.compile(r"-P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNITS = (604_800, 86_400, 3_600, 60)


@dataclass(frozen=True)
class WidgetPlace:
    """In units of a grid of 24 columns."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class DashboardWidget:
    """A widget as the body has it; `key` is its name on the page."""

    key: str
    kind: str
    place: WidgetPlace
    properties: Mapping[str, Any]

    @property
    def title(self) -> str:
        return str(self.properties.get("title") or "")

    @property
    def drawn(self) -> bool:
        """Whether this kind of widget is drawn at all: explorer, chart and custom widgets are not."""
        return self.kind in _KINDS


@dataclass(frozen=True)
class DashboardBody:
    """`seconds` is how far back the body's range begins, None where it says nothing that can be taken.

    `inherits` is whether each widget's own period holds at any range. `notes` name what is not drawn.
    """

    widgets: tuple[DashboardWidget, ...]
    seconds: int | None
    inherits: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class DeployedDashboard:
    """`version` is another one where the body is another."""

    name: str
    body: DashboardBody
    version: str


def parse_body(text: str) -> DashboardBody:
    """Read a body; widgets come row by row. Raises ValueError where it is none."""
    body = json.loads(text)
    if not isinstance(body, dict) or not isinstance(body.get("widgets"), list):
        raise ValueError("a dashboard's body is an object with an array `widgets`")
    places = _Placing()
    widgets = [
        DashboardWidget(
            f"w{at}",
            str(each.get("type", "")),
            places.place(each),
            _properties(each),
        )
        for at, each in enumerate(body["widgets"])
        if isinstance(each, dict)
    ]
    widgets.sort(key=lambda widget: (widget.place.y, widget.place.x))
    seconds = _seconds(str(body.get("start", "")))
    return DashboardBody(
        tuple(widgets), seconds, body.get("periodOverride") == "inherit", tuple(_notes(body, seconds))
    )


def _properties(widget: Mapping[str, Any]) -> Mapping[str, Any]:
    found = widget.get("properties")
    return found if isinstance(found, dict) else {}


def _notes(body: Mapping[str, Any], seconds: int | None) -> list[str]:
    notes = [f"{name} is not known here" for name in sorted(body.keys() - _KNOWN)]
    if variables := body.get("variables"):
        names = ", ".join(str(each.get("label") or each.get("id")) for each in variables)
        notes.append(f"variables cannot be chosen here: {names}. Widgets show what the body has")
    if body.get("start") and seconds is None:
        notes.append(f"the range from {body['start']} is not taken: spans end now")
    if body.get("end"):
        notes.append(f"the range until {body['end']} is not taken: spans end now")
    return notes


def _seconds(start: str) -> int | None:
    match = _DURATION.fullmatch(start)
    if match is None or not any(match.groups()):
        return None
    return sum(int(number or 0) * unit for number, unit in zip(match.groups(), _UNITS, strict=True))


class _Placing:
    """Where widgets stand. "The default is the next available position": right of the last one, or below."""

    def __init__(self) -> None:
        self._x = self._y = self._bottom = 0

    def place(self, widget: Mapping[str, Any]) -> WidgetPlace:
        width = min(max(_number(widget, "width", _DEFAULT_SIZE), 1), COLUMNS)
        height = max(_number(widget, "height", _DEFAULT_SIZE), 1)
        if self._x + width > COLUMNS:
            self._x, self._y = 0, self._bottom
        x = min(max(_number(widget, "x", self._x), 0), COLUMNS - width)
        y = max(_number(widget, "y", self._y), 0)
        self._x, self._y, self._bottom = x + width, y, max(self._bottom, y + height)
        return WidgetPlace(x, y, width, height)


def _number(widget: Mapping[str, Any], name: str, default: int) -> int:
    value = widget.get(name, default)
    return value if isinstance(value, int) else default
