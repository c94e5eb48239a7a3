"""History of alarms: the items of DescribeAlarmHistory."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from lab_emulator.cloudwatch import timestamps

# AWS keeps 30 days; this is the memory of one process.
MAX_ITEMS = 10_000
_VERSION = "1.0"

Alarm = Mapping[str, Any]
Item = dict[str, Any]
ItemType = Literal["Action", "ConfigurationUpdate", "StateUpdate"]


def state_update(alarm: Alarm, old: Alarm) -> Item:
    """`alarm` went from the state of `old` to its own."""
    data = {"version": _VERSION, "oldState": _state(old), "newState": _state(alarm)}
    summary = f"Alarm updated from {old['StateValue']} to {alarm['StateValue']}"
    return _item(alarm, "StateUpdate", summary, data, alarm["StateUpdatedTimestamp"])


def configuration_update(alarm: Alarm, kind: Literal["Create", "Update", "Delete"], at: datetime) -> Item:
    """`alarm` was put for the first time, put again, or deleted."""
    verb = {"Create": "created", "Update": "updated", "Delete": "deleted"}[kind]
    data = {"version": _VERSION, "type": kind, f"{verb}Alarm": _configuration(alarm)}
    return _item(alarm, "ConfigurationUpdate", f'Alarm "{alarm["AlarmName"]}" {verb}', data, at)


def action(alarm: Alarm, resource: str, message: str, error: str | None, at: datetime) -> Item:
    """`alarm` told `resource`, or could not: `error` says why."""
    data = {
        "actionState": "Failed" if error else "Succeeded",
        "stateUpdateTimestamp": int(alarm["StateUpdatedTimestamp"].timestamp() * 1000),
        "notificationResource": resource,
        "publishedMessage": message,
        "error": error,
    }
    summary = f"Successfully executed action {resource}"
    if error:
        summary = f'Failed to execute action {resource}. Received error: "{error}"'
    return _item(alarm, "Action", summary, data, at)


def append(items: list[Item], item: Item) -> None:
    """Add `item`, and forget the oldest where there are too many."""
    items.append(item)
    del items[:-MAX_ITEMS]


def _item(alarm: Alarm, kind: ItemType, summary: str, data: dict[str, Any], at: datetime) -> Item:
    return {
        "AlarmName": alarm["AlarmName"],
        "AlarmType": "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
        "Timestamp": at,
        "HistoryItemType": kind,
        "HistorySummary": summary,
        "HistoryData": json.dumps(data),
    }


def _state(alarm: Alarm) -> dict[str, Any]:
    state = {"stateValue": alarm["StateValue"], "stateReason": alarm["StateReason"]}
    if data := alarm.get("StateReasonData"):
        state["stateReasonData"] = json.loads(data)
    return state


def _configuration(alarm: Alarm) -> dict[str, Any]:
    return {
        f"{name[0].lower()}{name[1:]}": timestamps.in_json(value) if isinstance(value, datetime) else value
        for name, value in alarm.items()
    }
