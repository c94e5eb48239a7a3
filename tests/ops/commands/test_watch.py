"""`lab watch` and `lab mail`: the ingestion pipeline at a glance, and what its alarms wrote."""

import io
import json
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ops.lab.app.queue_depth import QueueDepth
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands.watch import as_panel
from ops.lab.local.directory import LabDirectory
from ops.lab.probes.ingestion_snapshot import IngestionSnapshot

BROKEN = IngestionSnapshot(
    queue=QueueDepth(3, 2, 0),
    dlq=QueueDepth(4, 0, 0),
    parked=QueueDepth(0, 0, 0),
    age_seconds=12.4,
    window_seconds=10,
    processed_per_second=0.5,
    duplicates_per_second=0,
    failed_per_second=2.5,
    raised=["DlqDepth"],
    alarms=9,
    delivery="Enabled",
    failure_mode="poison_payload",
)
MAIL = {
    "Id": "1",
    "Timestamp": "2026-11-27T19:00:00",
    "Source": "lab@example.com",
    "Destination": {"ToAddresses": ["me@example.com"]},
    "Subject": "ALARM: DlqDepth",
    "Body": {"text_part": "You are receiving this\nbecause \x1b[2J[bold]", "html_part": None},
}
RAW = {
    "Id": "2",
    "Timestamp": "2026-11-27T19:00:05",
    "Source": "lab@example.com",
    "RawData": "From: a@b\nTo: you@example.com\nSubject: raw\n\nthe raw text\n",
}


def test_the_panel_has_depths_age_rates_alarms_and_mode() -> None:
    stream = io.StringIO()
    Console(file=stream, width=100, color_system=None).print(as_panel(BROKEN))
    for text in (
        *("3 waiting, 2 in flight", "the oldest is 12 s old", "4 in the DLQ", "0.5/s processed"),
        *("2.5/s fail", "DlqDepth of 9", "poison_payload"),
    ):
        assert text in stream.getvalue()


@pytest.fixture
def watched(target: Target, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch) -> Target:
    monkeypatch.setattr("ops.lab.commands.watch.choose", lambda *_: target)
    monkeypatch.setattr("ops.lab.app.worker_mapping.mapping", lambda _: {"State": "Disabled"})
    target.sqs.send_message(QueueUrl=target.output("DlqUrl"), MessageBody="{}")
    target.ssm.put_parameter(
        Name="/ingestion/failure_mode", Value="slow_downstream", Type="String", Overwrite=True
    )
    alarm: Any = {
        "AlarmName": "stack-DlqDepth",
        "MetricName": "m",
        "Namespace": "n",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    target.cloudwatch.put_metric_alarm(**alarm)
    target.cloudwatch.set_alarm_state(AlarmName="stack-DlqDepth", StateValue="ALARM", StateReason="r")
    outputs: Any = target.outputs
    outputs["DlqDepthAlarmName"] = "stack-DlqDepth"
    return target


def test_once_as_json_is_what_the_account_says(watched: Target) -> None:
    result = CliRunner().invoke(app, ["watch", "--once", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["dlq"] == {"visible": 1, "in_flight": 0, "delayed": 0}
    assert (found["failure_mode"], found["raised"], found["alarms"]) == ("slow_downstream", ["DlqDepth"], 1)
    assert (found["delivery"], found["age_seconds"], found["processed_per_second"]) == ("Disabled", None, 0)


def test_it_goes_on_until_ctrl_c_which_is_no_failure(
    watched: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("ops.lab.commands.watch.time.sleep", sleep)
    result = CliRunner().invoke(app, ["watch", "--json", "--every", "2"])
    assert (result.exit_code, looks) == (0, [2, 2, 2])
    assert [json.loads(line)["failure_mode"] for line in result.stdout.splitlines()] == [
        "slow_downstream"
    ] * 3


@pytest.fixture
def inbox(directory: LabDirectory, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr("ops.lab.commands.mail.choose", lambda *_: None)
    monkeypatch.setattr("ops.lab.commands.mail.mailbox", lambda _: messages)
    return messages


def test_mail_is_shown_with_subject_addressee_and_text(inbox: list[dict[str, Any]]) -> None:
    inbox += [RAW, MAIL]
    result = CliRunner().invoke(app, ["mail"])
    assert result.exit_code == 0, result.output
    first, second = result.stdout.index("ALARM: DlqDepth"), result.stdout.index("the raw text")
    assert first < second
    assert "me@example.com" in result.stdout
    assert "you@example.com" in result.stdout
    assert r"because \x1b[2J[bold]" in result.stdout


def test_mail_as_json_and_no_more_than_asked_for(inbox: list[dict[str, Any]]) -> None:
    inbox += [MAIL, RAW]
    [latest] = json.loads(CliRunner().invoke(app, ["mail", "--json", "--max", "1"]).stdout)
    assert (latest["subject"], latest["recipients"]) == ("raw", ["you@example.com"])


def test_an_empty_inbox_says_how_mail_comes(inbox: list[dict[str, Any]]) -> None:
    assert "alarmEmail=" in CliRunner().invoke(app, ["mail"]).stdout


def test_on_aws_there_is_no_inbox(inbox: list[dict[str, Any]]) -> None:
    result = CliRunner().invoke(app, ["mail", "--target", "aws"])
    assert (result.exit_code, "AWS keeps no inbox" in result.stderr) == (2, True)
