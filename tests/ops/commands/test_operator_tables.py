"""`lab alarms`, `lab errors` and `lab keys show`: what they make of CloudWatch's answers."""

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import alarms, logs, metrics
from ops.lab.probes.alarms import details
from ops.lab.probes.metrics import MetricQuery
from ops.lab.probes.vital_signs import VitalSign

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.literals import StateValueType

ALARM: dict[str, Any] = {
    "MetricName": "Errors",
    "Namespace": "AWS/Lambda",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 5,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def two_alarms(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    outputs: Any = target.outputs
    states: dict[str, StateValueType] = {"Calm": "OK", "Zealous": "ALARM"}
    for name, state in states.items():
        description = f"{name} means [this]. Runbook: ops/runbooks/poison_pill.md"
        target.cloudwatch.put_metric_alarm(AlarmName=f"stack-{name}", AlarmDescription=description, **ALARM)
        target.cloudwatch.set_alarm_state(
            AlarmName=f"stack-{name}", StateValue=state, StateReason=f"{name} because"
        )
        outputs[f"{name}AlarmName"] = f"stack-{name}"
    monkeypatch.setattr(alarms, "choose", lambda *_: target)
    return target


def lab(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_the_alarms_that_ring_come_first_by_the_names_of_the_app(two_alarms: Target) -> None:
    first, second = lab("alarms").splitlines()

    assert first.split()[:2] == ["Zealous", "ALARM"]
    assert first.endswith("Sum Errors > 0 for 300 s")
    assert second.split()[:2] == ["Calm", "OK"]


def test_a_long_name_moves_every_column(two_alarms: Target) -> None:
    two_alarms.cloudwatch.put_metric_alarm(AlarmName="stack-ThisNameIsLongerThanAnyOther", **ALARM)
    outputs: Any = two_alarms.outputs
    outputs["ThisNameIsLongerThanAnyOtherAlarmName"] = "stack-ThisNameIsLongerThanAnyOther"

    assert len({line.index(" since ") for line in lab("alarms").splitlines()}) == 1


def test_only_those_that_ring_are_explained(two_alarms: Target) -> None:
    output = lab("alarms", "--raised")

    name, meaning, reason = output.splitlines()
    assert name.startswith("Zealous since ")
    assert meaning.strip() == "Zealous means [this]. Runbook: ops/runbooks/poison_pill.md"
    assert reason.strip() == "Zealous because"


def test_one_that_nobody_described_is_shown_by_its_reason(two_alarms: Target) -> None:
    two_alarms.cloudwatch.put_metric_alarm(AlarmName="stack-Zealous", **ALARM)
    two_alarms.cloudwatch.set_alarm_state(
        AlarmName="stack-Zealous", StateValue="ALARM", StateReason="because"
    )
    assert [line.split()[0] for line in lab("alarms", "--raised").splitlines()] == ["Zealous", "because"]


def test_alarms_can_be_read_by_a_program(two_alarms: Target) -> None:
    zealous, calm = json.loads(lab("alarms", "--json"))
    assert (zealous["state"], calm["state"]) == ("ALARM", "OK")
    assert calm["description"].startswith("Calm means [this].")


class Lines:
    """Stands in for the log groups."""

    def __init__(self, _: Target, functions: list[FunctionName], __: int) -> None:
        assert functions == [FunctionName.WORKER], "only what is deployed has a log"

    def read(self) -> list[FunctionLogLine]:
        failed = {"errorType": "SchemaValidationError", "errorCategory": "VALIDATION"}
        fields = [failed | {"idempotencyKey": key} for key in ("a", "a", "b")] + [{"processed": True}]
        now = int(time.time() * 1000)
        return [FunctionLogLine(FunctionName.WORKER, now, json.dumps(each)) for each in fields]


def test_errors_are_counted_by_type_with_the_events_that_they_hit(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: Any = target.outputs
    outputs["WorkerFunctionName"] = "worker"
    monkeypatch.setattr(logs, "choose", lambda *_: target)
    monkeypatch.setattr(logs, "LogTail", Lines)

    [line] = [line for line in lab("errors").splitlines() if "SchemaValidationError" in line]

    assert line.split()[:5] == ["worker", "SchemaValidationError", "VALIDATION", "3", "2"]


def test_a_metric_without_data_is_not_shown_as_zero(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    signs = [
        VitalSign("queue", MetricQuery("AWS/SQS", "Age", "Maximum"), "s", None),
        VitalSign("API", MetricQuery("AWS/ApiGateway", "Count"), "", 0.0),
    ]
    monkeypatch.setattr(metrics, "choose", lambda *_: target)
    monkeypatch.setattr(metrics, "vital_signs", lambda *_: signs)

    output = lab("metrics")

    assert "no data" in output
    assert "received three times or more" in output  # else an age without data would look like an empty queue
    assert json.loads(lab("metrics", "--json")) == {"queue Age": None, "API Count": 0.0}


def test_alarms_say_how_fast_their_periods_pass(two_alarms: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_alarms, "endpoint", "http://127.0.0.1:9")
    found = details(two_alarms)
    monkeypatch.setattr(alarms, "details", lambda _: found)
    monkeypatch.setattr(alarms, "speed_of", lambda _: 20.0)

    assert "a minute in 3 s" in lab("alarms")
    monkeypatch.setattr(alarms, "speed_of", lambda _: 1.0)
    assert "a minute" not in lab("alarms")
