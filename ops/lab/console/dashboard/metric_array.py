"""Metric array of a widget: its lines, from the short forms in which the body has them.

"Metric Widget: Format for Each Metric in the Array" of the page that `body` names: `[Namespace, MetricName,
DimensionName, DimensionValue, …, {rendering properties}]`; "." stands for the same field of the metric
before, and "..." for as many of its fields as are left out; `[{"expression": …}]` is metric math.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEFAULT_STAT, DEFAULT_PERIOD = "Average", 300
_SAME, _SAME_FIELDS = ".", "..."
_PROPERTIES = frozenset(
    {"id", "label", "stat", "period", "yAxis", "visible", "expression", "region", "accountId", "color"}
)


class UnreadableMetric(ValueError):
    """A metric of the array that is not as the documentation has it."""


@dataclass(frozen=True)
class WidgetLine:
    """One line of a widget: a metric, or an `expression`. `period` is in seconds; `axis` is left or right.

    `ignored` are properties that are not known here.
    """

    id: str
    label: str
    namespace: str = ""
    name: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    stat: str = DEFAULT_STAT
    period: int = DEFAULT_PERIOD
    expression: str = ""
    axis: str = "left"
    visible: bool = True
    region: str = ""
    account: str = ""
    ignored: tuple[str, ...] = ()


def read_lines(metrics: Sequence[Any], *, stat: str, period: int) -> list[WidgetLine]:
    """The lines; `stat` and `period` are the widget's own. Raises UnreadableMetric."""
    lines: list[WidgetLine] = []
    before: list[str] = []
    for at, entry in enumerate(metrics):
        if not isinstance(entry, list):
            raise UnreadableMetric(f"metric {at + 1} is no array")
        fields, properties = _split(entry)
        if "expression" not in properties:
            fields = _spelled_out(fields, before, at)
            before = fields
        lines.append(_line(at, fields, properties, stat, period))
    return lines


def _split(entry: Sequence[Any]) -> tuple[list[str], Mapping[str, Any]]:
    if entry and isinstance(entry[-1], dict):
        return [str(field) for field in entry[:-1]], entry[-1]
    return [str(field) for field in entry], {}


def _spelled_out(fields: list[str], before: Sequence[str], at: int) -> list[str]:
    if _SAME_FIELDS in fields:
        place = fields.index(_SAME_FIELDS)
        if not before:
            raise UnreadableMetric(f"metric {at + 1} has {_SAME_FIELDS!r}, and there is none before it")
        left_out = len(before) - (len(fields) - 1)
        fields = [*fields[:place], *before[place : place + max(left_out, 0)], *fields[place + 1 :]]
    found = []
    for place, field in enumerate(fields):
        if field == _SAME and place >= len(before):
            raise UnreadableMetric(f"metric {at + 1} has {_SAME!r} where the one before it has nothing")
        found.append(before[place] if field == _SAME else field)
    if len(found) < 2 or len(found) % 2:
        raise UnreadableMetric(
            f"metric {at + 1} must be namespace, name, and pairs of dimension and value, not {found}"
        )
    return found


def _line(
    at: int, fields: Sequence[str], properties: Mapping[str, Any], stat: str, period: int
) -> WidgetLine:
    common: dict[str, Any] = {
        "id": str(properties.get("id") or f"line{at}"),
        "stat": str(properties.get("stat") or stat),
        "period": int(properties.get("period") or period),
        "axis": "right" if properties.get("yAxis") == "right" else "left",
        "visible": properties.get("visible") is not False,
        "region": str(properties.get("region") or ""),
        "account": str(properties.get("accountId") or ""),
        "ignored": tuple(sorted(properties.keys() - _PROPERTIES)),
    }
    label = str(properties.get("label") or "")
    if "expression" in properties:
        return WidgetLine(label=label, expression=str(properties["expression"]), **common)
    dimensions = tuple(zip(fields[2::2], fields[3::2], strict=True))
    return WidgetLine(label=label, namespace=fields[0], name=fields[1], dimensions=dimensions, **common)
