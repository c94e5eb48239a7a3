"""`lab status`: how the lab is comes before where everything is."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import status

_ALARMS = ("DlqDepth", "DlqAge")


@pytest.fixture
def alarmed(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """The app with two alarms, of which DlqDepth is raised."""
    for name in _ALARMS:
        target.stacks().outputs[f"{name}AlarmName"] = f"lab-{name}"
        alarm: dict[str, Any] = {
            "AlarmName": f"lab-{name}",
            "MetricName": "depth",
            "Namespace": "lab",
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        target.cloudwatch.put_metric_alarm(**alarm)
        target.cloudwatch.set_alarm_state(
            AlarmName=f"lab-{name}",
            StateValue="ALARM" if name == "DlqDepth" else "OK",
            StateReason="a test",
        )
    monkeypatch.setattr(status, "choose", lambda *_: target)
    monkeypatch.setattr(status, "_process", lambda _: {"running": True, "port": 4566})
    return target


def test_raised_alarms_are_named_and_come_before_addresses(alarmed: Target) -> None:
    lines = CliRunner().invoke(app, ["status"]).stdout.splitlines()
    assert [line.split("  ")[0] for line in lines[:5]] == [
        "failure mode",
        "raised alarms",
        "queue",
        "dlq",
        "parked",
    ]
    assert "DlqDepth" in lines[1]
    assert "DlqAge" not in lines[1]
    assert any("api url" in line for line in lines[5:])


def test_json_has_them_beside_what_it_had(alarmed: Target) -> None:
    found = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert found["raised_alarms"] == ["DlqDepth"]
    assert {"api_url", "queue", "dlq", "parked", "failure_mode", "stacks", "running"} <= found.keys()
