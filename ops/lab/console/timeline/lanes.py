"""Lanes of alarms: the states of each over a span, from its history."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.lab.app.target import Target
from ops.lab.probes import alarms

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import AlarmHistoryItemTypeDef

_UNKNOWN = "INSUFFICIENT_DATA"
# A change may be written a little after it has happened.
_LATENESS = 30.0


@dataclass(frozen=True, order=True)
class AlarmChange:
    """`at` is epoch seconds; `before` and `after` are OK, ALARM or INSUFFICIENT_DATA."""

    at: float
    alarm: str
    before: str
    after: str


@dataclass(frozen=True)
class TimelineLane:
    """`states` begin at epoch seconds, the first where the span does; the last one lasts until now."""

    alarm: str
    states: tuple[tuple[float, str], ...]

    @property
    def noteworthy(self) -> bool:
        """Whether it was raised at any time. One that was deployed in the span has only become OK."""
        return any(state == "ALARM" for _, state in self.states)

    @property
    def now(self) -> str:
        return self.states[-1][1]


class AlarmHistory:
    """Changes of the app's alarms over `seconds` up to now: read once, and then only what is new."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changes: set[AlarmChange] = set()
        self._read_until: float | None = None

    def read(self, target: Target, now: float) -> list[AlarmChange]:
        """One call of DescribeAlarmHistory for all alarms, in pages of 100; the oldest change first."""
        begin = now - self._seconds
        start = begin if self._read_until is None else max(begin, self._read_until - _LATENESS)
        shown = {target.output(f"{name}AlarmName"): name for name in alarms.names(target)}
        pages = target.cloudwatch.get_paginator("describe_alarm_history").paginate(
            HistoryItemType="StateUpdate",
            StartDate=datetime.fromtimestamp(start, UTC),
            EndDate=datetime.fromtimestamp(now + 1, UTC),
        )
        items = [item for page in pages for item in page["AlarmHistoryItems"]]
        self._changes |= {
            _change(item, shown[item["AlarmName"]]) for item in items if item["AlarmName"] in shown
        }
        self._changes = {change for change in self._changes if change.at >= begin}
        self._read_until = now
        return sorted(self._changes)


def _change(item: "AlarmHistoryItemTypeDef", alarm: str) -> AlarmChange:
    """HistoryData is JSON with the old and the new state (CloudWatch API reference, AlarmHistoryItem)."""
    try:
        data = json.loads(item.get("HistoryData") or "{}")
    except ValueError:
        data = {}
    return AlarmChange(
        item["Timestamp"].timestamp(), alarm, _state(data.get("oldState")), _state(data.get("newState"))
    )


def _state(told: object) -> str:
    return str(told.get("stateValue", _UNKNOWN)) if isinstance(told, dict) else _UNKNOWN


def lanes(changes: Sequence[AlarmChange], now: Mapping[str, str], begin: float) -> list[TimelineLane]:
    """A lane for each alarm of `now` (states by name), by name. Without a change it was always as it is."""
    found = []
    for alarm, state in sorted(now.items()):
        own = [change for change in changes if change.alarm == alarm and change.at >= begin]
        first = own[0].before if own else state
        found.append(TimelineLane(alarm, ((begin, first), *((change.at, change.after) for change in own))))
    return found
