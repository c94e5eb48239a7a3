"""Alarm widget of a dashboard: the states of the alarms that it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ops.lab.app.target import Target
from ops.lab.console.dashboard.body import DashboardWidget
from ops.lab.console.dashboard.metric_widget import alarm_name

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricAlarmTypeDef

_MOST_NAMES = 100  # of one DescribeAlarms (CloudWatch API reference)
_ORDER = {"ALARM": 0, "INSUFFICIENT_DATA": 1, "OK": 2}


@dataclass(frozen=True)
class AlarmStatus:
    """`state` is OK, ALARM, INSUFFICIENT_DATA, or empty where there is no such alarm."""

    name: str
    state: str
    since: datetime | None = None


class KnownAlarms:
    """What DescribeAlarms says of these names: states of all, and the metric alarms in full."""

    def __init__(self, target: Target, names: Sequence[str]) -> None:
        self.metric: dict[str, MetricAlarmTypeDef] = {}
        self.states: dict[str, AlarmStatus] = {}
        for at in range(0, len(names), _MOST_NAMES):
            page = target.cloudwatch.describe_alarms(
                AlarmNames=list(names[at : at + _MOST_NAMES]),
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                MaxRecords=_MOST_NAMES,
            )
            self.metric |= {alarm["AlarmName"]: alarm for alarm in page["MetricAlarms"]}
            for alarm in (*page["MetricAlarms"], *page.get("CompositeAlarms", [])):
                since = alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")
                self.states[alarm["AlarmName"]] = AlarmStatus(
                    alarm["AlarmName"], str(alarm["StateValue"]), since
                )


def alarm_names(widget: DashboardWidget) -> list[str]:
    """The alarms of an alarm widget, or of a metric widget's annotations, by name."""
    annotations = widget.properties.get("annotations")
    arns = widget.properties.get("alarms") if widget.kind == "alarm" else (annotations or {}).get("alarms")
    return [alarm_name(str(arn)) for arn in arns or []]


def statuses(widget: DashboardWidget, known: Mapping[str, AlarmStatus]) -> list[AlarmStatus]:
    """Those that the widget shows, in its order: by state, or by their last change; `states` are a filter."""
    shown = [known.get(name, AlarmStatus(name, "")) for name in alarm_names(widget)]
    if states := widget.properties.get("states"):
        shown = [each for each in shown if each.state in states]
    match widget.properties.get("sortBy"):
        case "stateUpdatedTimestamp" | "timestamp":
            return sorted(shown, key=lambda each: each.since.timestamp() if each.since else 0.0, reverse=True)
        case _:
            return sorted(shown, key=lambda each: _ORDER.get(each.state, len(_ORDER)))
