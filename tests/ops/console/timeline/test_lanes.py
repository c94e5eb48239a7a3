"""Lanes of alarms, from their histories in moto and from changes that are given."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ops.lab.app.target import Target
from ops.lab.console.timeline.lanes import GAP, AlarmHistory, lanes
from ops.lab.probes.alarm_history import AlarmEvent

NOW_RAISED = {"DlqDepth": "ALARM"}
NOW = {"DlqDepth": "ALARM", "QueueAge": "OK", "WorkerErrors": "OK"}


class HistoryStub:
    """Answers DescribeAlarmHistory with the items that lie in the range."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.items = items
        self.starts: list[float] = []

    def get_paginator(self, _: str) -> "HistoryStub":
        return self

    def paginate(self, *, StartDate: datetime, **_: Any) -> list[dict[str, Any]]:
        self.starts.append(StartDate.timestamp())
        return [{"AlarmHistoryItems": [item]} for item in self.items if item["Timestamp"] >= StartDate]


def changed(at: float, alarm: str, old: str, new: str) -> AlarmEvent:
    return AlarmEvent(at, alarm, "StateUpdate", "", old, new)


def item(at: float, alarm: str, before: str, after: str) -> dict[str, Any]:
    data = {"oldState": {"stateValue": before}, "newState": {"stateValue": after}}
    return {
        "AlarmName": alarm,
        "HistoryItemType": "StateUpdate",
        "Timestamp": datetime.fromtimestamp(at, UTC),
        "HistoryData": json.dumps(data),
    }


def test_a_lane_has_each_state_from_when_it_began() -> None:
    changes = [
        changed(50.0, "DlqDepth", "OK", "ALARM"),
        changed(5.0, "QueueAge", "ALARM", "OK"),  # before the span
    ]
    found = {lane.alarm: lane for lane in lanes(changes, NOW, 10.0)}

    assert found["DlqDepth"].states == ((10.0, "OK"), (50.0, "ALARM"))
    assert found["DlqDepth"].noteworthy
    assert found["QueueAge"].states == ((10.0, "OK"),)
    assert not found["QueueAge"].noteworthy


def test_a_history_that_was_taken_away_leaves_a_gap() -> None:
    """`lab reset`: the alarm is OK again, and no change says since when."""
    changes = [changed(50.0, "DlqDepth", "OK", "ALARM")]
    [lane] = lanes(changes, {"DlqDepth": "OK"}, 10.0)
    assert lane.states == ((10.0, "OK"), (50.0, "ALARM"), (50.0, GAP))
    assert (lane.now, lane.noteworthy) == ("OK", True)
    [lane] = lanes([*changes, changed(80.0, "DlqDepth", "OK", "ALARM")], NOW_RAISED, 10.0)
    assert lane.states[2:] == ((50.0, GAP), (80.0, "ALARM"))


def test_an_alarm_that_is_raised_all_the_time_is_noteworthy() -> None:
    [lane] = lanes([], {"DlqDepth": "ALARM"}, 0.0)
    assert lane.noteworthy
    assert lane.now == "ALARM"


def test_an_alarm_that_was_only_evaluated_for_the_first_time_is_not() -> None:
    changes = [changed(50.0, "QueueAge", "INSUFFICIENT_DATA", "OK")]
    [lane] = lanes(changes, {"QueueAge": "OK"}, 0.0)
    assert not lane.noteworthy


@pytest.fixture
def history(target: Target) -> HistoryStub:
    target.stacks().outputs["DlqDepthAlarmName"] = "IngestionLab-dev-DlqDepth"
    stub = HistoryStub(
        [
            item(950.0, "IngestionLab-dev-DlqDepth", "OK", "ALARM"),
            item(960.0, "an alarm of another app", "OK", "ALARM"),
        ]
    )
    vars(target)["cloudwatch"] = stub
    return stub


def test_the_history_is_of_the_apps_own_alarms_and_read_once(target: Target, history: HistoryStub) -> None:
    reader = AlarmHistory(100.0)

    assert reader.read(target, 1_000.0) == [changed(950.0, "DlqDepth", "OK", "ALARM")]
    history.items.append(item(1_005.0, "IngestionLab-dev-DlqDepth", "ALARM", "OK"))
    assert [change.at for change in reader.read(target, 1_010.0)] == [950.0, 1_005.0]

    assert history.starts == [900.0, 970.0]
    assert reader.read(target, 1_060.0) == [changed(1_005.0, "DlqDepth", "ALARM", "OK")]


def test_history_that_says_nothing_is_unknown(target: Target, history: HistoryStub) -> None:
    history.items[0]["HistoryData"] = "no JSON"
    read = AlarmHistory(100.0).read(target, 1_000.0)
    [lane] = lanes(read, {"DlqDepth": "OK"}, 900.0)
    assert lane.states == ((900.0, "INSUFFICIENT_DATA"), (950.0, "INSUFFICIENT_DATA"))
