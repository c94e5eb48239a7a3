"""The console that `lab up` starts: one beside the lab, found again, and ended with it."""

import json
import os
import signal
import socket
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from typer.testing import CliRunner

from ops.lab.cli import app
from ops.lab.console.serving import console_process, listener
from ops.lab.errors import Refused
from ops.lab.lifecycle.take_down import take_down
from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import free_port
from ops.lab.local.process_table import command_line
from ops.lab.waiting import eventually
from ops.lab.web.listening import port_of

# Of a machine that is busy otherwise: it imports boto3.
_START_SECONDS = 120


@pytest.fixture
def port(directory: LabDirectory) -> Iterator[int]:
    """A free one. What a test has started is ended after it."""
    yield free_port()
    if running := console_process.living(directory):
        console_process.stop(directory, running)


def _answer(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=_START_SECONDS) as answer:
        return str(answer.read().decode())


def test_it_is_started_found_again_and_ended_with_the_lab(directory: LabDirectory, port: int) -> None:
    address = console_process.beside(directory, port)
    assert address.startswith(f"http://127.0.0.1:{port}/#token=")
    assert _answer(port) == "ok"  # the socket was there at once, and what is asked waits for the start

    running = console_process.living(directory)
    assert running is not None
    assert console_process.beside(directory, port) == address
    assert stat.S_IMODE(directory.console_file.stat().st_mode) == 0o600
    assert running.token not in directory.console_log.read_text()
    assert running.token not in command_line(running.pid)

    assert f"stopped the console (process {running.pid}, port {port})" in take_down(directory)
    assert not running.runs()
    assert not directory.console_file.exists()
    assert take_down(directory) == []


def test_its_token_is_the_recorded_one(directory: LabDirectory, port: int) -> None:
    console_process.beside(directory, port)
    running = console_process.living(directory)
    assert running is not None
    for token, refused in (("another", True), (running.token, False)):
        heal = urllib.request.Request(
            f"http://127.0.0.1:{port}/pipeline/heal", method="POST", headers={"X-Lab-Token": token}
        )
        with pytest.raises(urllib.error.HTTPError) as failed:  # no lab is up
            urllib.request.urlopen(heal, timeout=_START_SECONDS)
        failed.value.close()
        assert (failed.value.code == 403) is refused


def test_a_console_that_was_killed_is_replaced(directory: LabDirectory, port: int) -> None:
    first = console_process.beside(directory, port)
    running = console_process.living(directory)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    eventually(lambda: not running.runs(), within=60, what="its end")
    assert console_process.living(directory) is None
    assert console_process.beside(directory, port) != first


def test_in_the_foreground_its_address_is_said(directory: LabDirectory, port: int) -> None:
    address = console_process.beside(directory, port)
    said = CliRunner().invoke(app, ["console"])
    assert said.exit_code == 0, said.output
    assert address in said.output
    assert "--port" in said.output


@pytest.fixture
def defaults(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Free ports in place of 8080 and those after it, which this machine may use."""
    monkeypatch.delenv("LAB_CONSOLE_PORT", raising=False)
    ports = [free_port(), free_port(), free_port()]
    monkeypatch.setattr(listener, "DEFAULT_PORT", ports[0])
    monkeypatch.setattr(listener, "_SPARE_PORTS", ports[1:])
    return ports


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_the_first_free_port_is_taken(defaults: list[int], taken: int) -> None:
    with ExitStack() as others:
        for port in defaults[:taken]:
            others.enter_context(socket.create_server(("127.0.0.1", port)))
        with listener.first_free_socket() as opened:
            assert port_of(opened) == defaults[taken]


def test_without_a_free_port_the_lab_is_up_without_a_console(
    directory: LabDirectory, defaults: list[int]
) -> None:
    with ExitStack() as others:
        for port in defaults:
            others.enter_context(socket.create_server(("127.0.0.1", port)))
        said = console_process.beside(directory, None)
        assert said.startswith("not started: ports ")
        assert "LAB_CONSOLE_PORT" in said
        assert console_process.beside(directory, defaults[0]).startswith(f"not started: port {defaults[0]} ")
    assert console_process.living(directory) is None


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_what_is_no_port_is_refused_before_anything_is_touched(
    directory: LabDirectory, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("LAB_CONSOLE_PORT", text)
    with pytest.raises(Refused, match=f"LAB_CONSOLE_PORT={text}"):
        listener.given_port()
    assert CliRunner().invoke(app, ["up"]).exit_code == 2
    assert not directory.root.exists()


@pytest.mark.parametrize("content", ["", "{}", "[]", json.dumps({"pid": 1, "port": 2})])
def test_a_record_that_cannot_be_read_is_none(directory: LabDirectory, content: str) -> None:
    directory.root.mkdir()
    directory.console_file.write_text(content)
    assert console_process.living(directory) is None


def test_another_program_with_its_process_id_is_left_alone(directory: LabDirectory) -> None:
    directory.root.mkdir()
    record = {"pid": os.getpid(), "port": 1, "token": "t", "log_path": "/log"}
    directory.console_file.write_text(json.dumps(record))
    assert take_down(directory) == []
    assert console_process.living(directory) is None
