"""The `lab` command itself: what it imports, what it says of its commands, and how it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ops.lab.cli import app
from ops.lab.lab_commands import COMMANDS, LabCommand
from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import free_port


def lab(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_is_listed_in_its_own_words(command: LabCommand) -> None:
    itself = command.load().help.split("\n\n")[0]
    assert command.help == " ".join(itself.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["statsu"]])
def test_without_a_command_none_is_imported_nor_the_sdk(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom ops.lab.cli import app\n"
        f"try: app({arguments!r}, prog_name='lab')\nexcept SystemExit: pass\n"
        "heavy = ('boto3', 'botocore', 'aws_lambda_powertools', 'jinja2', 'ops.lab.commands')\n"
        "print('IMPORTED', [name for name in heavy if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.endswith("IMPORTED []\n"), ended


def test_a_short_command_imports_what_it_uses_of_the_sdk_and_of_typer(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom ops.lab.cli import app\nfrom ops.lab.app.target import Target\n"
        "try: app(['status', '--json'], prog_name='lab')\nexcept SystemExit: pass\n"
        "Target.running('http://127.0.0.1:9').sqs\n"
        "print('IMPORTED', [name for name in ('boto3', 's3transfer', 'pydantic') if name in sys.modules])"
    )
    environment = os.environ | {"LAB_DIR": str(tmp_path), "LAB_PORT": str(free_port())}
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert '"running": false' in ended.stdout, ended
    assert ended.stdout.endswith("IMPORTED []\n"), ended


@pytest.mark.parametrize("arguments", [["-h"], ["send", "-h"], ["redrive", "start", "-h"]])
def test_help_has_a_short_name_everywhere(arguments: list[str]) -> None:
    result = lab(*arguments)
    assert (result.exit_code, "Usage" in result.stdout) == (0, True), result.output


def test_it_tells_its_version() -> None:
    result = lab("--version")
    assert (result.exit_code, result.stdout.startswith("lab ")) == (0, True)


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    result = lab("statsu")
    assert (result.exit_code, "Did you mean 'status'" in result.stderr) == (2, True), result.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_the_modes_of_break(shell: str) -> None:
    asked = {
        "bash": {"COMP_WORDS": "lab stat", "COMP_CWORD": "1"},
        "zsh": {"_TYPER_COMPLETE_ARGS": "lab stat"},
        "fish": {"_TYPER_COMPLETE_ARGS": "lab stat", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    environment = os.environ | asked | {"_LAB_COMPLETE": f"complete_{shell}"}
    ended = subprocess.run(
        [sys.executable, "-m", "ops.lab"], env=environment, capture_output=True, text=True, check=False
    )
    assert "status" in ended.stdout, ended


def _raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("ops.lab.commands.alarms.choose", fail)


def test_what_nobody_foresaw_is_a_line_and_a_log_not_a_traceback(
    directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    _raising(monkeypatch, ZeroDivisionError("by nought"))
    result = lab("alarms")
    assert result.exit_code == 1
    assert "ZeroDivisionError: by nought" in result.stderr
    assert "Traceback" not in result.output
    assert str(directory.errors_log) in result.stderr
    assert "Traceback" in directory.errors_log.read_text()


def test_a_folder_that_cannot_be_written_to_hides_nothing(
    directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.errors_log.mkdir(parents=True)  # in the place of the file
    _raising(monkeypatch, ZeroDivisionError("by nought"))
    result = lab("alarms")
    assert (result.exit_code, "LAB_DEBUG=1" in result.stderr) == (1, True)


def test_with_lab_debug_the_error_itself_is_raised(
    directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_DEBUG", "1")
    _raising(monkeypatch, ZeroDivisionError("by nought"))
    assert isinstance(lab("alarms").exception, ZeroDivisionError)


def test_ctrl_c_is_a_line_and_130(directory: LabDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, KeyboardInterrupt())
    result = lab("alarms")
    assert (result.exit_code, "interrupted" in result.stderr) == (130, True)


def test_ctrl_c_ends_what_was_started_with_sigint_ignored() -> None:
    """As `make test &` starts it, in a shell without job control."""
    lines = (
        "import signal, ops.lab.__main__ as m; m._listen_to_ctrl_c();"
        "print('ready', flush=True); signal.pause()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", lines],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        started.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 30
        while started.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        ended = started.poll()
        started.kill()
    assert ended is not None, "it did not listen to SIGINT"


def test_the_group_s_commands_are_those_of_the_list() -> None:
    group: Any = typer.main.get_command(app)
    assert group.list_commands(typer.Context(group)) == [each.name for each in COMMANDS]
