"""`lab up` beside a lab that is up: what it refuses, and that it has touched nothing then."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.app.sample_event import SampleEvent
from ops.lab.cli import app
from ops.lab.commands import summary
from ops.lab.commands import up_down as command
from ops.lab.console.serving import console_process
from ops.lab.lifecycle.plan import Plan
from ops.lab.local import emulator_process, running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.running_lab import RunningLab

LAB = RunningLab(
    pid=7, port=9, log_path="/log", env_name="lab", context={"envName": "lab", "batchSize": "5"}, deployed="f"
)


@pytest.fixture
def brought_up(directory: LabDirectory, monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that were carried out. A lab is up, and whole."""
    plans: list[Plan] = []

    class BringingUp:
        def __init__(self, _directory: LabDirectory, plan: Plan, _steps: object) -> None:
            plans.append(plan)

        def bring_up(self) -> None:
            """Nothing runs."""

    running_lab.save(directory.state_file, LAB)
    monkeypatch.delenv("LAB_PORT")
    monkeypatch.setattr(running_lab, "living", running_lab.load)
    monkeypatch.setattr(emulator_process, "is_whole", lambda *_: True)
    monkeypatch.setattr(command, "BringUp", BringingUp)
    monkeypatch.setattr(summary, "read_mode", lambda _: "none")
    monkeypatch.setattr(summary, "send_sample", lambda _, **__: SampleEvent({"status": "SUCCEEDED"}))
    monkeypatch.setattr(command, "show_lab", lambda *_, page, **__: print(f"page {page}"))
    monkeypatch.setattr(console_process, "beside", lambda *_: "http://127.0.0.1:8080/#token=t")
    return plans


def _up(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["up", *arguments])


def test_plain_up_keeps_what_the_lab_was_given(brought_up: list[Plan]) -> None:
    assert _up().exit_code == 0
    assert [(plan.context, plan.port, plan.discards) for plan in brought_up] == [(LAB.context, 9, "")]


@pytest.mark.parametrize(
    ("option", "page"), [((), "http://127.0.0.1:8080/#token=t"), (("--no-console",), "")]
)
def test_it_ends_with_the_consoles_address_unless_none_is_wanted(
    brought_up: list[Plan], option: tuple[str, ...], page: str
) -> None:
    assert f"page {page}\n" in _up(*option).stdout


def test_no_event_is_added_to_the_dead_letters_of_a_broken_pipeline(
    brought_up: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    monkeypatch.setattr(summary, "read_mode", lambda _: "poison_payload")
    monkeypatch.setattr(summary, "send_sample", sent.append)
    result = _up()
    assert (result.exit_code, len(brought_up), sent) == (0, 1, [])
    assert "the failure mode is poison_payload; lab heal" in result.stdout


@pytest.mark.parametrize(
    ("option", "named"),
    [("envNam=lab", "envNam"), ("batchSize=many", "batchSize"), ("envName=lob", "envName")],
)
@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_a_wrong_setting_is_refused_before_anything_is_touched(
    brought_up: list[Plan], option: str, named: str, fresh: tuple[str, ...]
) -> None:
    result = _up("-c", option, *fresh)
    assert (result.exit_code, named in result.stderr) == (2, True)
    assert brought_up == []


def test_without_a_terminal_another_environment_is_refused(brought_up: list[Plan]) -> None:
    result = _up("-c", "envName=dev")
    assert (result.exit_code, "envName=lab" in result.stderr, "--fresh" in result.stderr) == (2, True, True)
    assert brought_up == []


def test_fresh_needs_no_question(brought_up: list[Plan]) -> None:
    assert _up("-c", "envName=dev", "--fresh").exit_code == 0
    assert [plan.context for plan in brought_up] == [{"envName": "dev"}]


@pytest.mark.parametrize(("answer", "carried_out"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_a_terminal_is_asked(
    brought_up: list[Plan], on_a_terminal: Callable[[], None], answer: str, carried_out: int
) -> None:
    on_a_terminal()
    result = CliRunner().invoke(app, ["up", "-c", "envName=dev"], input=answer)
    assert len(brought_up) == carried_out
    assert (result.exit_code == 0) is bool(carried_out)
    assert "envName=lab" in result.output


def test_an_account_is_refused_with_the_command_that_watches_it(brought_up: list[Plan]) -> None:
    result = _up("--watch", "--target", "aws")
    assert (result.exit_code, "cdk watch" in result.stderr, brought_up) == (2, True, [])


def test_with_watch_it_goes_on_with_the_lab_that_is_up(
    brought_up: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[object] = []
    monkeypatch.setattr(command, "watch_lab", lambda *given: watched.append(given))
    assert _up("--watch").exit_code == 0
    assert (len(brought_up), len(watched)) == (1, 1)


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    class Terminal:
        def isatty(self) -> bool:
            return True

    class System:
        stdin = Terminal()

        def __getattr__(self, name: str) -> Any:
            return getattr(sys, name)

    return lambda: monkeypatch.setattr(command, "sys", System())
