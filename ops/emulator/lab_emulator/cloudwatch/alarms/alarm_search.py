"""Search for alarms, and for items of their history, as the Describe operations ask for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from lab_emulator.cloudwatch.alarms.composite_rule import alarm_name, parse_rule
from lab_emulator.cloudwatch.metric_store import dimensions_of

Alarm = Mapping[str, Any]
Request = Mapping[str, Any]

# "If you omit this parameter, only metric alarms are returned" (API reference, AlarmTypes).
DEFAULT_TYPES = ("MetricAlarm",)


def alarms(every: Sequence[Alarm], request: Request) -> list[Alarm]:
    """Alarms that DescribeAlarms finds, sorted by name."""
    types = request.get("AlarmTypes") or DEFAULT_TYPES
    found = [alarm for alarm in every if _type(alarm) in types]
    if names := request.get("AlarmNames"):
        found = [alarm for alarm in found if alarm["AlarmName"] in names]
    if prefix := request.get("AlarmNamePrefix"):
        found = [alarm for alarm in found if alarm["AlarmName"].startswith(prefix)]
    if state := request.get("StateValue"):
        found = [alarm for alarm in found if alarm["StateValue"] == state]
    if prefix := request.get("ActionPrefix"):
        found = [alarm for alarm in found if any(action.startswith(prefix) for action in _actions(alarm))]
    if parent := request.get("ChildrenOfAlarmName"):
        children = _children(next((alarm for alarm in every if alarm["AlarmName"] == parent), {}))
        found = [alarm for alarm in every if alarm["AlarmName"] in children]
    if child := request.get("ParentsOfAlarmName"):
        found = [alarm for alarm in every if child in _children(alarm)]
    return sorted(found, key=lambda alarm: str(alarm["AlarmName"]))


def for_metric(every: Sequence[Alarm], request: Request) -> list[Alarm]:
    """Alarms that DescribeAlarmsForMetric finds: those on that very metric."""
    same = ("Namespace", "MetricName")
    optional = [
        name for name in ("Statistic", "ExtendedStatistic", "Period", "Unit") if request.get(name) is not None
    ]
    return [
        alarm
        for alarm in every
        if all(alarm.get(name) == request[name] for name in (*same, *optional))
        and dimensions_of(alarm.get("Dimensions")) == dimensions_of(request.get("Dimensions"))
    ]


def history(items: Sequence[Mapping[str, Any]], request: Request) -> list[Mapping[str, Any]]:
    """Items that DescribeAlarmHistory finds, newest first unless asked otherwise."""
    types = request.get("AlarmTypes") or DEFAULT_TYPES
    found = [item for item in items if item["AlarmType"] in types]
    if name := request.get("AlarmName"):
        found = [item for item in found if item["AlarmName"] == name]
    if kind := request.get("HistoryItemType"):
        found = [item for item in found if item["HistoryItemType"] == kind]
    if start := request.get("StartDate"):
        found = [item for item in found if item["Timestamp"] >= start]
    if end := request.get("EndDate"):
        found = [item for item in found if item["Timestamp"] <= end]
    newest_first = request.get("ScanBy") != "TimestampAscending"
    return list(reversed(found)) if newest_first else found


def _type(alarm: Alarm) -> str:
    return "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm"


def _actions(alarm: Alarm) -> list[str]:
    return [*alarm["OKActions"], *alarm["AlarmActions"], *alarm["InsufficientDataActions"]]


def _children(alarm: Alarm) -> set[str]:
    return (
        {alarm_name(name) for name in parse_rule(alarm["AlarmRule"]).alarms}
        if "AlarmRule" in alarm
        else set()
    )
