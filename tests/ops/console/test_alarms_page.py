"""The pages of the alarms and the runbooks: order, words, escaping, and what is said of nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from ops.lab.app.target import Target
from ops.lab.console.alarms.alarm_lane import WIDTH, lane_of
from ops.lab.console.alarms.metric_curve import MetricCurve
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.app import create_app
from ops.lab.probes import alarms
from ops.lab.probes.alarm_history import AlarmEvent
from tests.ops.commands.test_operator_tables import ALARM
from tests.ops.console.conftest import HOST, new_context

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.literals import StateValueType

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
OK, NOT_FOUND = 200, 404


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch, target: Target) -> list[dict[str, Any]]:
    """What DescribeAlarmHistory answers: moto has none."""
    items: list[dict[str, Any]] = []
    answer = {"AlarmHistoryItems": items}

    class Paginator:
        def paginate(self, **_: Any) -> list[dict[str, Any]]:
            return [answer]

    real = target.cloudwatch.get_paginator
    monkeypatch.setattr(
        target.cloudwatch,
        "get_paginator",
        lambda name: Paginator() if name == "describe_alarm_history" else real(name),
    )
    monkeypatch.setattr(target.cloudwatch, "describe_alarm_history", lambda **_: answer)
    return items


@pytest.fixture
def page(target: Target, history: list[dict[str, Any]], tmp_path: Path) -> Iterator[TestClient]:
    """Two alarms: Calm, which is OK, and Zealous, which rings; texts that would run if they could."""
    outputs: Any = target.outputs
    states: dict[str, StateValueType] = {"Calm": "OK", "Zealous": "ALARM"}
    for name, state in states.items():
        description = f"{name} {HOSTILE} Runbook: ops/runbooks/poison_pill.md"
        target.cloudwatch.put_metric_alarm(AlarmName=f"stack-{name}", AlarmDescription=description, **ALARM)
        target.cloudwatch.set_alarm_state(
            AlarmName=f"stack-{name}",
            StateValue=state,
            StateReason=f"{name} because {HOSTILE}",
        )
        outputs[f"{name}AlarmName"] = f"stack-{name}"
    context = new_context(tmp_path, link=TargetLink(lambda: target))
    with TestClient(create_app(context), base_url=f"http://{HOST}") as client:
        yield client


def test_those_that_ring_come_first_with_reason_and_runbook(page: TestClient) -> None:
    text = page.get("/alarms").text
    assert "In alarm: 1" in text
    assert text.index("Zealous") < text.index("Calm")
    assert "Zealous because" in text
    assert '<a href="/runbooks/poison_pill">' in text
    assert "▲ in alarm" in text
    assert "✓ OK" in text


def test_texts_of_an_account_are_text(page: TestClient, history: list[dict[str, Any]]) -> None:
    history.append(_change("stack-Zealous", "OK", HOSTILE, HOSTILE, minutes_ago=5))
    for path in ("/alarms", "/alarms/Zealous", "/alarms/list", "/alarms/Zealous/now"):
        answer = page.get(path)
        assert answer.status_code == OK
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "&lt;script&gt;alert" in answer.text


def test_one_alarm_has_its_rule_its_history_and_its_runbook(
    page: TestClient, history: list[dict[str, Any]]
) -> None:
    history.append(_change("stack-Zealous", "OK", "ALARM", "too many errors", minutes_ago=5))
    text = page.get("/alarms/Zealous").text
    assert "Sum of Errors &gt; 0, in 5 period(s) of 60 s" in text
    assert "too many errors" in text
    assert "What it means" in text, "the runbook's headings"
    assert "data-copy" in text


@pytest.mark.parametrize("name", ["NoSuch", HOSTILE, "stack-Calm", "DlqDepthAlarmName"])
def test_an_alarm_that_the_app_has_not_is_not_found(page: TestClient, name: str) -> None:
    answer = page.get(f"/alarms/{name}")
    assert (answer.status_code, "<script>alert" in answer.text) == (NOT_FOUND, False)


def test_without_a_lab_the_page_says_so_and_goes_on(browser: TestClient) -> None:
    for path in ("/alarms", "/alarms/DlqDepth", "/alarms/list", "/inbox", "/inbox/entries"):
        answer = browser.get(path)
        assert (answer.status_code, "the lab is not up" in answer.text) == (OK, True)
        assert "lab up" in answer.text
    assert "hx-get" in browser.get("/alarms").text


def test_an_alarm_that_nobody_described_has_no_runbook(target: Target, page: TestClient) -> None:
    target.cloudwatch.put_metric_alarm(AlarmName="stack-Calm", **ALARM)
    [calm] = [each for each in alarms.details(target) if each.name == "Calm"]
    assert (calm.meaning, calm.runbook) == ("", "")
    assert "Its description names none." in page.get("/alarms/Calm").text


def test_runbooks_are_read_without_an_account(browser: TestClient) -> None:
    index = browser.get("/runbooks").text
    assert '<a href="/runbooks/backlog">' in index
    assert browser.get("/runbooks/backlog").status_code == OK


@pytest.mark.parametrize("name", ["README", "nothing", "..%2fREADME", "%2e%2e", "backlog.md"])
def test_what_is_no_runbook_is_not_found(browser: TestClient, name: str) -> None:
    assert browser.get(f"/runbooks/{name}").status_code == NOT_FOUND


def test_a_lane_shows_each_state_for_its_time() -> None:
    changes = [_event("OK", 90), _event("ALARM", 60, old="OK")]
    lane = lane_of("OK", changes, 0, 100)
    assert [(each.state, each.x, each.width) for each in lane.stretches] == [
        ("OK", 0, 600),
        ("ALARM", 600, 300),
        ("OK", 900, 100),
    ]
    assert lane.words == "raised once in the last 1 min, for 30 s in all"


def test_a_lane_without_changes_is_of_one_state() -> None:
    assert lane_of("OK", [], 0, 100).words == "not raised in the last 1 min"
    lane = lane_of("ALARM", [_event("OK", 500)], 0, 100)
    assert ([each.width for each in lane.stretches], lane.words) == (
        [WIDTH],
        "raised before in the last 1 min, for 1 min in all",
    )


def test_a_curve_has_gaps_and_its_threshold_in_the_drawing() -> None:
    curve = MetricCurve({0.0: 0.0, 5.0: 4.0, 50.0: 2.0}, 0.0, 100.0, 5.0, 10.0)
    assert len(curve.pieces) == 2
    assert 0 < curve.threshold_y < 30
    assert curve.words == "between 0 and 4, last 2; the threshold is 10"
    assert curve.newest[0] == (50.0, 2.0)
    assert MetricCurve({}, 0.0, 1.0, 5.0, 0.0).words == "no values in this time"


def _event(new: str, at: float, old: str = "ALARM") -> AlarmEvent:
    return AlarmEvent(at, "stack-Calm", "StateUpdate", "", old, new)


def _change(alarm: str, old: str, new: str, reason: str, *, minutes_ago: float) -> dict[str, Any]:
    data = {"oldState": {"stateValue": old}, "newState": {"stateValue": new, "stateReason": reason}}
    return {
        "AlarmName": alarm,
        "Timestamp": datetime.now(UTC) - timedelta(minutes=minutes_ago),
        "HistoryItemType": "StateUpdate",
        "HistorySummary": "Alarm updated",
        "HistoryData": json.dumps(data),
    }


def test_an_app_whose_alarms_are_not_deployed_yet_has_none_of_the_accounts(target: Target) -> None:
    """Asked for no name, DescribeAlarms tells of every alarm of the account."""
    target.stacks().outputs.clear()
    target.cloudwatch.put_metric_alarm(
        AlarmName="of another app",
        Namespace="N",
        MetricName="M",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    assert alarms.readings(target) == {}
    assert alarms.states(target, []) == {}
    assert alarms.details(target) == []
