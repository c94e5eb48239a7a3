"""`lab` from the outside: every command explains itself, and fails with what to do about it."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from ops.lab.app import failure_mode
from ops.lab.app.api import ApiAnswer
from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.target import Target
from ops.lab.app.time_span import seconds
from ops.lab.cli import app
from ops.lab.commands.logs import pretty
from ops.lab.errors import NotUp, Refused
from ops.lab.local.directory import LabDirectory
from ops.lab.repository import REPOSITORY
from tests.ops.api_stub import ApiStub

COMMANDS = (
    *("up", "down", "status", "doctor", "send", "logs", "break", "heal"),
    *("redrive", "drill", "deploy", "bench", "sinks"),
)


@pytest.fixture
def runner(directory: LabDirectory) -> CliRunner:
    return CliRunner()


@pytest.fixture
def chosen(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """Every command works on moto's account."""
    for command in ("send", "failures", "status", "logs"):
        monkeypatch.setattr(f"ops.lab.commands.{command}.choose", lambda *_: target)
    return target


@pytest.fixture
def api(chosen: Target, put_item: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiStub]:
    monkeypatch.setattr("ops.lab.app.queue_depth.AWS_PACE", (2, 0.01))

    def accept(key: str) -> int:
        put_item(key)
        return 202

    with ApiStub(accept).serving() as stub:
        chosen.stacks().outputs["ApiUrl"] = stub.url
        yield stub


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(runner: CliRunner, command: str) -> None:
    assert runner.invoke(app, [command, "--help"]).exit_code == 0


@pytest.mark.parametrize("arguments", [["status"], ["send"], ["heal"], ["break", "none"], ["logs"]])
def test_without_a_lab_each_says_how_to_start_one(runner: CliRunner, arguments: list[str]) -> None:
    result = runner.invoke(app, arguments)
    assert result.exit_code == 4
    assert "the lab is not up" in result.stderr
    assert "lab up" in result.stderr


def test_status_says_in_json_that_nothing_runs(runner: CliRunner) -> None:
    result = runner.invoke(app, ["status", "--json"])
    assert result.exit_code == 4
    assert json.loads(result.stdout)["running"] is False


def test_down_twice_is_harmless(runner: CliRunner) -> None:
    for _ in range(2):
        result = runner.invoke(app, ["down"])
        assert (result.exit_code, "nothing was up" in result.stdout) == (0, True)


def test_purge_removes_what_the_lab_wrote_and_nothing_else(
    runner: CliRunner, directory: LabDirectory
) -> None:
    directory.assembly.mkdir(parents=True)
    (directory.root / "mine.txt").write_text("keep")
    assert runner.invoke(app, ["down", "--purge"]).exit_code == 0
    assert not directory.assembly.exists()
    assert (directory.root / "mine.txt").read_text() == "keep"


def test_a_port_of_another_program_is_refused_with_a_way_out(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, directory: LabDirectory
) -> None:
    monkeypatch.setattr("ops.lab.deployment.cdk_cli.synthesize", lambda *_, **__: False)
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        monkeypatch.setenv("LAB_PORT", str(foreign.getsockname()[1]))
        result = runner.invoke(app, ["up"])
    assert result.exit_code == 3
    assert "in use by another program" in result.stderr
    assert "LAB_PORT=" in result.stderr
    assert not directory.state_file.exists()


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_refused(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("LAB_PORT", port)
    result = runner.invoke(app, ["up"])
    assert (result.exit_code, f"LAB_PORT={port} is not a port" in result.stderr) == (2, True)


def test_a_context_without_a_value_is_refused(runner: CliRunner) -> None:
    result = runner.invoke(app, ["up", "-c", "batchSize"])
    assert (result.exit_code, "not KEY=VALUE" in result.stderr) == (2, True)


def test_an_error_is_no_traceback_unless_asked_for(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Traceback" not in runner.invoke(app, ["deploy"]).stderr
    monkeypatch.setenv("LAB_DEBUG", "1")
    assert isinstance(runner.invoke(app, ["deploy"]).exception, NotUp)


def test_status_gives_every_address(
    runner: CliRunner, chosen: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = runner.invoke(app, ["status", "--json", "--target", "aws"])
    found = json.loads(result.stdout)
    for key in (
        "endpoint",
        "api_url",
        "queue_url",
        "dlq_url",
        "parked_url",
        "table_name",
        "topic_arn",
        "bus_name",
    ):
        assert found[key]
    assert found["stacks"] == {"IngestionLab-dev-Queue": "CREATE_COMPLETE"}
    assert found["failure_mode"] == "none"


def test_status_fails_where_an_output_is_missing(runner: CliRunner, chosen: Target) -> None:
    chosen.stacks().outputs["TopicArn"] = ""
    result = runner.invoke(app, ["status", "--json", "--target", "aws"])
    assert result.exit_code == 4
    assert "TopicArn" in result.stderr


def test_break_sets_the_parameter_waits_until_it_is_noticed_and_says_what_to_expect(
    runner: CliRunner, chosen: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[str] = []
    monkeypatch.setattr(
        failure_mode, "wait_until_noticed", lambda target, *_: waits.append(failure_mode.read_mode(target))
    )
    chosen.stacks().outputs["WorkerFunctionName"] = "worker"
    result = runner.invoke(app, ["break", "poison_payload"])
    assert (result.exit_code, waits) == (0, ["poison_payload"])
    assert "DLQ" in result.stdout
    value = chosen.ssm.get_parameter(Name="/ingestion/failure_mode")["Parameter"]["Value"]
    assert value == "poison_payload"


def test_an_unknown_failure_mode_is_refused(runner: CliRunner, chosen: Target) -> None:
    result = runner.invoke(app, ["break", "gremlins"])
    assert (result.exit_code, "poison_payload" in result.stderr) == (2, True)


def test_send_reports_every_event_in_json(runner: CliRunner, api: ApiStub) -> None:
    result = runner.invoke(app, ["send", "--count", "4", "--run", "alpha", "--wait", "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {name: report[name] for name in ("sent", "succeeded", "duplicates", "failed")} == {
        "sent": 4,
        "succeeded": 4,
        "duplicates": 0,
        "failed": 0,
    }
    assert report["seconds"] > 0


def test_send_fails_where_an_event_was_refused(runner: CliRunner, chosen: Target) -> None:
    with ApiStub(lambda _key: 400).serving() as stub:
        chosen.stacks().outputs["ApiUrl"] = stub.url
        result = runner.invoke(app, ["send", "--count", "2"])
    assert result.exit_code == 1
    assert "2 x 400" in result.stdout
    assert "2 failed" in result.stderr


@pytest.mark.usefixtures("no_aws_settings")
def test_deploy_to_aws_stops_unless_the_accounts_number_is_typed(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.deployment.cdk_cli.synthesize", lambda *_, **__: pytest.fail("went on"))
    with mock_aws():
        result = runner.invoke(app, ["deploy", "--target", "aws"], input="111111111111\n")
    assert result.exit_code == 2
    assert "account 123456789012, region us-east-1" in result.stdout


@pytest.mark.usefixtures("no_aws_settings")
@pytest.mark.parametrize(("options", "typed"), [([], "123456789012\n"), (["--yes"], "")])
def test_deploy_to_aws_synthesizes_and_deploys_once_confirmed(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, options: list[str], typed: str
) -> None:
    steps: list[str] = []
    monkeypatch.setattr("ops.lab.deployment.cdk_cli.synthesize", lambda *_, **__: steps.append("synthesize"))
    monkeypatch.setattr(
        "ops.lab.deployment.cdk_cli.deploy_to_account", lambda *_, **__: steps.append("deploy")
    )
    monkeypatch.setattr("ops.lab.deployment.app_deployment.make_way", lambda *_, **__: steps.append("look"))
    with mock_aws():
        result = runner.invoke(app, ["deploy", "--target", "aws", *options], input=typed)
    assert (result.exit_code, steps) == (0, ["synthesize", "look", "deploy"])


@pytest.mark.parametrize(("span", "expected"), [("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400)])
def test_spans_are_read(span: str, expected: int) -> None:
    assert seconds(span) == expected


@pytest.mark.parametrize("span", ["5", "m", "-5m", "5 m", "5y"])
def test_what_is_no_span_is_refused(span: str) -> None:
    with pytest.raises(Refused, match="no time span"):
        seconds(span)


def test_a_json_log_line_is_shown_by_its_fields() -> None:
    message = json.dumps({"level": "INFO", "message": "record done", "service": "worker", "latencyMs": 12})
    shown = pretty(FunctionLogLine(FunctionName.WORKER, 0, message)).plain
    assert shown == "00:00:00.000 worker  INFO    record done latencyMs=12"


def test_lambdas_own_lines_are_shown_as_they_are() -> None:
    line = FunctionLogLine(FunctionName.WORKER, 0, "START RequestId: 1 Version: $LATEST")
    assert pretty(line).plain.endswith("START RequestId: 1 Version: $LATEST")


def test_ctrl_c_says_what_was_sent_and_how_to_go_on(
    runner: CliRunner, api: ApiStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send_two(*_: object, on_answer: Callable[[ApiAnswer], None], **__: object) -> None:
        on_answer(ApiAnswer(202, {}))
        on_answer(ApiAnswer(429, {}))
        raise KeyboardInterrupt

    monkeypatch.setattr("ops.lab.commands.send.send_events", send_two)
    result = runner.invoke(app, ["send", "--count", "5", "--run", "alpha"])
    assert result.exit_code == 130
    assert "1 of 5 events were accepted, 1 were not, 3 were not sent or got no answer" in result.stderr
    assert "lab send -n 5 --run alpha --wait" in result.stderr


def test_what_is_not_up_yet_is_told_with_the_command_that_is_bringing_it_up(directory: LabDirectory) -> None:
    """`lab status` beside `lab up` of another terminal: no output of a stack is there yet."""
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from ops.lab.local.command_lock import exclusively\n"
            f"with exclusively(Path({str(directory.lock_file)!r}), 'lab up'):\n"
            "    print('held', flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        result = CliRunner().invoke(app, ["status"])
        holder.kill()
    assert result.exit_code == 4
    assert "`lab up` is at work" in result.output
