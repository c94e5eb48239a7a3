"""`lab wait`, on queues and alarms that only moto answers for."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from ops.lab.app import queue_depth
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import wait
from ops.lab.commands.files import file_options

Run = Callable[..., Result]


@pytest.fixture
def run(target: Target, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(wait, "choose", lambda *_: target)
    monkeypatch.setattr(queue_depth, "AWS_PACE", (2, 0.01))
    return lambda *arguments: CliRunner().invoke(app, ["wait", *arguments])


def send(target: Target, count: int) -> None:
    for number in range(count):
        target.sqs.send_message(QueueUrl=target.output("DlqUrl"), MessageBody=str(number))


def test_it_ends_once_the_queue_holds_so_many(target: Target, run: Run) -> None:
    send(target, 2)

    result = run("dlq", "2")

    assert result.exit_code == 0
    assert result.output.startswith("✓ messages in the DLQ: 2")


def test_more_than_asked_for_is_not_it_unless_at_least_is_said(target: Target, run: Run) -> None:
    send(target, 3)

    assert run("dlq", "2", "--within", "0.1").exit_code == 6
    assert run("dlq", "2", "--at-least").exit_code == 0


def test_a_count_must_last(target: Target, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    depths = iter([0, 1, 0, 0])

    class Depth:
        def __init__(self, *_: object) -> None:
            self.total = next(depths)

    monkeypatch.setattr(queue_depth, "depth", Depth)

    assert run("queue", "0").exit_code == 0
    assert list(depths) == []


def test_an_alarm_that_does_not_exist_is_refused_at_once(run: Run) -> None:
    assert run("alarm", "DlqDeph", "OK").exit_code == 2


def test_it_waits_for_an_alarm(target: Target, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    target.cloudwatch.put_metric_alarm(
        AlarmName="the-alarm",
        MetricName="m",
        Namespace="n",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    target.cloudwatch.set_alarm_state(AlarmName="the-alarm", StateValue="ALARM", StateReason="r")
    monkeypatch.setitem(target.outputs, "DlqDepthAlarmName", "the-alarm")

    assert run("alarm", "DlqDepth", "ALARM").exit_code == 0
    assert run("alarm", "DlqDepth", "OK", "--within", "0.1").exit_code == 6


def test_the_dlq_of_the_files_is_another_and_not_everywhere(
    target: Target, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_options, "choose", lambda *_: target)
    without = run("files-dlq", "0")
    outputs = target.stacks().outputs
    monkeypatch.setitem(outputs, "CsvBucketName", "bucket")
    monkeypatch.setitem(outputs, "CsvDlqUrl", target.sqs.create_queue(QueueName="csv")["QueueUrl"])
    send(target, 2)

    assert without.exit_code == 4
    assert "has no files pipeline" in without.output
    assert run("files-dlq", "0").output.startswith("✓ messages in the DLQ of the files: 0")
