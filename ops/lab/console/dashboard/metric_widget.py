"""Metric widget of a dashboard: lines, axes and levels, and what of its properties is not drawn here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ops.lab.console.dashboard.body import DashboardWidget
from ops.lab.console.dashboard.metric_array import (
    DEFAULT_PERIOD,
    DEFAULT_STAT,
    UnreadableMetric,
    WidgetLine,
    read_lines,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricAlarmTypeDef

_CURVES, _NUMBER = "timeSeries", "singleValue"
# What is taken, or changes nothing that can be seen: live data are always shown, times are the browser's.
_TAKEN = frozenset(
    {"metrics", "title", "view", "region", "accountId", "stat", "period", "yAxis", "annotations", "stacked"}
    | {"liveData", "legend", "timezone"}
)


@dataclass(frozen=True)
class WidgetLevel:
    """Horizontal line at a value."""

    value: float
    label: str
    axis: str = "left"


@dataclass(frozen=True)
class MetricWidget:
    """`view` is timeSeries, singleValue, or one that is told as a table. `problem` is why there are no lines.

    `limits` are min and max by axis; `alarms` are the names of alarms whose metrics it shows.
    """

    key: str
    title: str
    view: str
    lines: tuple[WidgetLine, ...] = ()
    limits: Mapping[str, Mapping[str, float]] | None = None
    levels: tuple[WidgetLevel, ...] = ()
    alarms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def as_table(self) -> bool:
        return self.view not in (_CURVES, _NUMBER)

    def with_alarms(self, known: Mapping[str, "MetricAlarmTypeDef"]) -> "MetricWidget":
        """The widget with the metric and the threshold of each of its alarms, by what is known of them."""
        found = [known[name] for name in self.alarms if name in known]
        missing = [f"there is no metric alarm {name}" for name in self.alarms if name not in known]
        lines = [_alarm_line(at, alarm) for at, alarm in enumerate(found) if "MetricName" in alarm]
        math = [
            f"{alarm['AlarmName']} looks at metric math: its curve is not drawn"
            for alarm in found
            if "MetricName" not in alarm
        ]
        levels = [
            WidgetLevel(alarm["Threshold"], f"{alarm['AlarmName']} threshold")
            for alarm in found
            if "Threshold" in alarm
        ]
        return replace(
            self,
            lines=(*self.lines, *lines),
            levels=(*self.levels, *levels),
            notes=(*self.notes, *missing, *math),
        )


def metric_widget(widget: DashboardWidget, region: str) -> MetricWidget:
    """Read the widget for a target in that region; what cannot be read is its problem."""
    properties = widget.properties
    view = str(properties.get("view") or _CURVES)
    basis = MetricWidget(
        widget.key,
        widget.title,
        view,
        limits=_limits(properties),
        levels=tuple(_levels(properties)),
        alarms=tuple(alarm_name(arn) for arn in _annotations(properties).get("alarms", [])),
        notes=tuple(_notes(properties, view)),
    )
    try:
        lines = read_lines(
            properties.get("metrics") or [],
            stat=str(properties.get("stat") or DEFAULT_STAT),
            period=int(properties.get("period") or DEFAULT_PERIOD),
        )
    except (UnreadableMetric, TypeError, ValueError) as error:
        return replace(basis, problem=f"its metrics cannot be read: {error}")
    if problem := _elsewhere(properties, lines, region):
        return replace(basis, problem=problem)
    if not lines and not basis.alarms:
        return replace(basis, problem="it has no metrics")
    ignored = sorted({name for line in lines for name in line.ignored})
    return replace(
        basis, lines=tuple(lines), notes=(*basis.notes, *(f"{name} is not drawn" for name in ignored))
    )


def alarm_name(arn: str) -> str:
    """The name at the end of an alarm's ARN."""
    return arn.partition(":alarm:")[2] or arn


def _elsewhere(properties: Mapping[str, Any], lines: list[WidgetLine], region: str) -> str:
    """That it shows another region or account, which the console does not ask; empty where it does not."""
    regions = {str(properties.get("region") or region), *(line.region or region for line in lines)} - {region}
    accounts = {str(properties.get("accountId") or ""), *(line.account for line in lines)} - {""}
    if regions:
        return f"it shows metrics of {', '.join(sorted(regions))}; this page reads {region} alone"
    if accounts:
        return f"it shows metrics of account {', '.join(sorted(accounts))}; this page reads its own alone"
    return ""


def _annotations(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    found = properties.get("annotations")
    return found if isinstance(found, dict) else {}


def _limits(properties: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    axes = properties.get("yAxis")
    if not isinstance(axes, dict):
        return {}
    return {
        side: {name: float(axis[name]) for name in ("min", "max") if isinstance(axis.get(name), int | float)}
        for side, axis in axes.items()
        if side in ("left", "right") and isinstance(axis, dict)
    }


def _levels(properties: Mapping[str, Any]) -> Iterator[WidgetLevel]:
    """Horizontal annotations; a band is an array of two of them."""
    for entry in _annotations(properties).get("horizontal", []):
        for each in entry if isinstance(entry, list) else [entry]:
            if (
                isinstance(each, dict)
                and isinstance(each.get("value"), int | float)
                and each.get("visible") is not False
            ):
                axis = "right" if each.get("yAxis") == "right" else "left"
                yield WidgetLevel(float(each["value"]), str(each.get("label") or ""), axis)


def _notes(properties: Mapping[str, Any], view: str) -> Iterator[str]:
    if view not in (_CURVES, _NUMBER):
        yield f"the view {view} is told as a table"
    if properties.get("stacked"):
        yield "stacked areas are drawn as lines"
    annotations = _annotations(properties)
    if annotations.get("vertical"):
        yield "vertical annotations are not drawn"
    if any(
        isinstance(each, list) or (isinstance(each, dict) and each.get("fill"))
        for each in annotations.get("horizontal", [])
    ):
        yield "bands of horizontal annotations are drawn as lines"
    axes = properties.get("yAxis")
    for side, axis in axes.items() if isinstance(axes, dict) else ():
        if isinstance(axis, dict) and axis.get("label"):
            yield f"{side} axis: {axis['label']}"
    for name in sorted(properties.keys() - _TAKEN):
        yield f"{name} is not drawn"


def _alarm_line(at: int, alarm: "MetricAlarmTypeDef") -> WidgetLine:
    return WidgetLine(
        f"alarm{at}",
        alarm["MetricName"],
        namespace=alarm["Namespace"],
        name=alarm["MetricName"],
        dimensions=tuple((each["Name"], each["Value"]) for each in alarm.get("Dimensions", [])),
        stat=alarm.get("ExtendedStatistic") or str(alarm.get("Statistic", DEFAULT_STAT)),
        period=alarm.get("Period", DEFAULT_PERIOD),
    )
