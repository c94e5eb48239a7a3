"""`lab sinks`: each command, against a process of the sinks that runs."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.errors import CommandError
from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import accepts_connections, free_port
from ops.lab.local.process_table import command_line
from ops.lab.local.running_lab import RunningLab
from ops.lab.sinks import sinks_process
from ops.lab.sinks.access import Ports
from ops.lab.waiting import eventually
from tests.ops.sinks.clients import HttpClient, MailClient, a_mail


def _free_ports() -> Ports:
    return Ports(free_port(), free_port(), free_port(), free_port())


@pytest.fixture
def runner(directory: LabDirectory) -> CliRunner:
    return CliRunner()


@pytest.fixture
def running(directory: LabDirectory) -> Iterator[sinks_process.RunningSinks]:
    started = sinks_process.start(directory, _free_ports(), "starttls")
    yield started
    sinks_process.stop(directory, started)


def _json(runner: CliRunner, *arguments: str) -> object:
    result = runner.invoke(app, ["sinks", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_running_process_takes_mails_and_events_and_tells_them(
    runner: CliRunner, running: sinks_process.RunningSinks
) -> None:
    access = running.client.access()
    MailClient(access).send(a_mail())
    HttpClient(access).post_events('{"event": "hello"}')
    HttpClient(access).post_metrics("1wrong 5")
    received = _json(runner, "received")
    assert isinstance(received, dict)
    assert received["smtp"][0]["document"]["recipients"] == ["operator@example.com"]
    assert received["hec"][0]["document"] == {"event": "hello"}
    assert received["dynatrace"][0]["problem"] == "invalid metric key"
    shown = runner.invoke(app, ["sinks", "received", "hec"]).stdout
    assert "hello" in shown
    assert "1 valid, 0 invalid" in runner.invoke(app, ["sinks", "status"]).stdout


def test_fail_and_heal_reach_the_process(runner: CliRunner, running: sinks_process.RunningSinks) -> None:
    client = HttpClient(running.client.access())
    assert runner.invoke(app, ["sinks", "fail", "hec", "500"]).exit_code == 0
    assert client.post_events('{"event": 1}').status == 500
    assert "fails: 500" in runner.invoke(app, ["sinks", "status"]).stdout
    assert runner.invoke(app, ["sinks", "heal"]).exit_code == 0
    assert client.post_events('{"event": 1}').status == 200


@pytest.mark.parametrize(
    "arguments", [["fail", "fax", "500"], ["fail", "hec", "explode"], ["received", "fax"]]
)
def test_an_unknown_name_is_refused(runner: CliRunner, arguments: list[str]) -> None:
    assert runner.invoke(app, ["sinks", *arguments]).exit_code == 2


@pytest.mark.parametrize("arguments", [["status"], ["received"], ["fail", "hec", "500"], ["heal"]])
def test_without_sinks_each_says_how_to_start_them(runner: CliRunner, arguments: list[str]) -> None:
    result = runner.invoke(app, ["sinks", *arguments])
    assert (result.exit_code, "lab sinks start" in result.stderr) == (4, True)


def test_start_and_stop_are_harmless_twice(
    runner: CliRunner, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.commands.sinks.Ports", lambda *_: _free_ports())
    first, again = (_json(runner, "start", "--smtp-security", "tls") for _ in range(2))
    assert first == again
    assert isinstance(first, dict)
    assert first["context"]["smtpSecurity"] == "tls"
    assert first["secrets"] == []  # no lab is up
    assert "stopped" in runner.invoke(app, ["sinks", "stop"]).stdout
    assert "nothing ran" in runner.invoke(app, ["sinks", "stop"]).stdout
    assert command_line(first["pid"]) == ""


def test_start_says_how_to_deploy_and_puts_the_secrets_into_the_lab(
    runner: CliRunner, running: sinks_process.RunningSinks, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.commands.sinks.choose", lambda _: target)
    shown = runner.invoke(app, ["sinks", "start"]).stdout
    access = running.client.access()
    assert f"lab up -c smtpHost=127.0.0.1 -c smtpPort={access.ports.smtp}" in shown
    assert f"-c splunkHecUrl=https://127.0.0.1:{access.ports.hec}" in shown
    secret = json.loads(target.secret("ingestion-lab/sink/splunk"))
    assert secret == {"token": access.credentials.hec_token, "caCertificate": access.ca_certificate}


def test_the_command_to_deploy_keeps_what_the_lab_was_deployed_with(
    runner: CliRunner, running: sinks_process.RunningSinks, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.commands.sinks.choose", lambda _: target)
    lab = RunningLab(pid=1, port=1, log_path="", context={"envName": "lab", "smtpHost": "old.example.com"})
    monkeypatch.setattr("ops.lab.local.running_lab.living", lambda _: lab)
    shown = runner.invoke(app, ["sinks", "start"]).stdout
    assert "lab up -c envName=lab -c smtpHost=127.0.0.1 " in shown


def test_a_later_start_gives_the_secrets_the_new_credentials(
    runner: CliRunner, running: sinks_process.RunningSinks, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.commands.sinks.choose", lambda _: target)
    target.secretsmanager.create_secret(Name="ingestion-lab/sink/smtp", SecretString="{}")
    assert runner.invoke(app, ["sinks", "start"]).exit_code == 0
    password = json.loads(target.secret("ingestion-lab/sink/smtp"))["password"]
    assert password == running.client.access().credentials.smtp_password


def test_lab_down_stops_them(runner: CliRunner, running: sinks_process.RunningSinks) -> None:
    result = runner.invoke(app, ["down"])
    assert f"stopped the sinks (process {running.pid})" in result.stdout
    assert command_line(running.pid) == ""


def test_a_record_of_a_process_that_died_is_forgotten(
    directory: LabDirectory, running: sinks_process.RunningSinks
) -> None:
    os.kill(running.pid, signal.SIGKILL)
    eventually(lambda: sinks_process.living(directory) is None, within=30, every=0.02)
    assert not directory.sinks_file.exists()


def test_a_pid_that_another_program_has_now_is_not_touched(directory: LabDirectory) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        directory.root.mkdir(parents=True)
        directory.sinks_file.write_text(
            json.dumps({"pid": other.pid, "control_port": 1, "log_path": "/nowhere"})
        )
        assert sinks_process.living(directory) is None
        assert other.poll() is None
        other.communicate(b"\n")


def test_a_taken_port_is_refused_with_a_way_out(
    runner: CliRunner, running: sinks_process.RunningSinks
) -> None:
    control = Path(running.log_path).with_name("sinks.json")
    control.unlink()  # as another lab's directory would not have it
    first = running.client.access().ports.smtp
    result = runner.invoke(app, ["sinks", "start", "--first-port", str(first)])
    assert (result.exit_code, "--first-port" in result.stderr) == (2, True)


def test_a_process_that_ends_at_once_shows_why(
    directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sinks_process, "accepts_connections", lambda _: False)  # taken only after the look
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        ports = replace(_free_ports(), hec=foreign.getsockname()[1])
        with pytest.raises(CommandError, match="ended while starting") as failure:
            sinks_process.start(directory, ports, "starttls")
    assert "Address already in use" in failure.value.hint
    assert sinks_process.living(directory) is None


def test_in_the_foreground_arrivals_are_shown_until_ctrl_c_which_stops_them(directory: LabDirectory) -> None:
    first = _four_free_ports()
    command = [sys.executable, "-m", "ops.lab", "sinks", "start", "--foreground", "--first-port", str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as shown:
        assert shown.stdout is not None
        while "waiting for arrivals" not in shown.stdout.readline():
            assert shown.poll() is None
        HttpClient(sinks_process.found(directory).client.access()).post_events('{"event": "seen"}')
        assert "seen" in shown.stdout.readline()
        shown.send_signal(signal.SIGINT)
    assert shown.returncode == 130
    assert sinks_process.living(directory) is None


def _four_free_ports() -> int:
    """The first of four ports in a row that is free."""
    while True:
        first = free_port()
        if first < 65_000 and not any(accepts_connections(first + offset) for offset in range(4)):
            return first
