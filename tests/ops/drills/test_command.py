"""`lab drill`: what it lists, prints and ends with."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import drill as command
from ops.lab.commands import send, tune
from ops.lab.drills import catalog
from ops.lab.drills.declaration import DrillCheck, DrillVerdict, equals
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, StepRecord
from ops.lab.drills.progress import read_progress
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.drills.watcher import LiveWatcher, PlainWatcher, Watcher
from ops.lab.errors import NotUp, Refused
from ops.lab.local.command_lock import exclusively, refuse_beside
from ops.lab.local.directory import LabDirectory
from ops.lab.report.chart import sparkline
from tests.ops.drills.conftest import new_journal

Conduct = Callable[..., DrillJournal]


@pytest.fixture
def conducted(
    target: Target, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Conduct], None]:
    """Have `lab drill run` work on moto's account, with a stand-in for the drill's conduct."""
    monkeypatch.setattr(command, "choose", lambda *_: target)

    def put(conduct: Conduct) -> None:
        monkeypatch.setattr(command, "conduct", conduct)

    return put


def _concluding(verdict: DrillVerdict) -> Conduct:
    def conduct(*_: Any, **__: Any) -> DrillJournal:
        journal = new_journal()
        journal.conclude(verdict, "because of that")
        return journal

    return conduct


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["drill", "run", "poison_payload", *arguments])


def test_list_names_every_drill() -> None:
    result = CliRunner().invoke(app, ["drill", "list"], env={"COLUMNS": "120"})
    assert result.exit_code == 0
    assert [name for name in catalog.names() if name not in result.stdout] == []


@pytest.mark.parametrize("verdict", list(DrillVerdict))
def test_the_exit_code_is_the_verdict(conducted: Callable[[Conduct], None], verdict: DrillVerdict) -> None:
    conducted(_concluding(verdict))
    result = _run()
    assert result.exit_code == verdict.exit_code
    assert verdict.value in result.stdout


def test_json_is_all_that_is_printed(conducted: Callable[[Conduct], None], tmp_path: Path) -> None:
    conducted(_concluding(DrillVerdict.VIOLATED))
    result = _run("--json", "--reports", str(tmp_path))
    summary = json.loads(result.stdout)
    assert (result.exit_code, summary["verdict"], summary["reason"]) == (1, "violated", "because of that")
    assert summary["report"] == str(tmp_path / "drill.html")


def test_options_reach_the_drill(conducted: Callable[[Conduct], None], tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    def conduct(drill: Any, _: Target, reports: ReportFolder, **options: Any) -> DrillJournal:
        seen.update(options, name=drill.name, reports=reports)
        return new_journal()

    conducted(conduct)
    assert _run("--without-repair", "--reports", str(tmp_path)).exit_code == 0
    assert (seen["name"], seen["without_repair"]) == ("poison_payload", True)
    assert seen["reports"] == ReportFolder(tmp_path)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_what_it_does_can_be_followed_by_another_process(
    conducted: Callable[[Conduct], None], directory: LabDirectory, options: tuple[str, ...]
) -> None:
    def conduct(*_: Any, watcher: Watcher, **__: Any) -> DrillJournal:
        watcher.began(journal := new_journal())
        watcher.phase(Phase.METHOD)
        return journal

    conducted(conduct)
    _run(*options)
    progress = read_progress(directory.drill_progress())
    assert progress is not None
    assert progress.phase is Phase.METHOD


def test_ctrl_c_says_that_the_rollback_has_run(conducted: Callable[[Conduct], None]) -> None:
    def conduct(*_: Any, **__: Any) -> DrillJournal:
        raise KeyboardInterrupt

    conducted(conduct)
    result = _run()
    assert result.exit_code == 130
    assert "the rollback has run" in result.stderr


@pytest.mark.parametrize("other", ["lab drill run backlog", "lab up"])
def test_beside_another_drill_or_up_it_breaks_nothing(
    conducted: Callable[[Conduct], None], directory: LabDirectory, other: str
) -> None:
    begun: list[str] = []
    conducted(lambda *_, **__: begun.append("drill") or new_journal())  # type: ignore[func-returns-value]
    with exclusively(directory.lock_file, other):
        result = _run()
    assert (result.exit_code, f"`{other}` is at work since" in result.stderr) == (2, True)
    assert begun == []


@pytest.mark.parametrize(
    "command_line",
    [
        *("up", "down", "heal", "pause", "resume", "redrive start", "bench redrive"),
        *("break poison_payload", "tune --reset", "tune --batch-size 1", "keys release k"),
        *("send", "files simulate", "files perf", "dlq purge --yes"),
    ],
)
def test_a_drill_is_left_alone(
    directory: LabDirectory, target: Target, monkeypatch: pytest.MonkeyPatch, command_line: str
) -> None:
    monkeypatch.setattr(tune, "choose", lambda *_: target)
    with exclusively(directory.lock_file, "lab drill run backlog"):
        result = CliRunner().invoke(app, command_line.split())
    assert (result.exit_code, "`lab drill run backlog` is at work since" in result.stderr) == (2, True)


def test_events_are_sent_beside_a_drill_if_that_is_meant(
    directory: LabDirectory, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[int] = []

    def send_events(_: Target, count: int, **__: Any) -> None:
        posted.append(count)
        raise NotUp("the API is not asked in this test")

    monkeypatch.setattr(send, "choose", lambda *_: target)
    monkeypatch.setattr(send, "send_events", send_events)
    with exclusively(directory.lock_file, "lab drill run backlog"):
        for arguments in (["--count", "3"], ["--count", "4", "--force"]):
            CliRunner().invoke(app, ["send", *arguments])
    assert posted == [4]


def test_a_drill_holds_the_lock_until_it_has_ended(
    conducted: Callable[[Conduct], None], directory: LabDirectory
) -> None:
    def conduct(*_: Any, **__: Any) -> DrillJournal:
        with pytest.raises(Refused, match="`lab drill run poison_payload` is at work"):
            refuse_beside(directory.lock_file)
        return new_journal()

    conducted(conduct)
    assert _run().exit_code == 0
    refuse_beside(directory.lock_file)


def test_an_unknown_drill_is_refused() -> None:
    result = CliRunner().invoke(app, ["drill", "run", "no_such_drill"])
    assert (result.exit_code, "poison_payload" in result.stderr) == (2, True)


def test_plain_lines_tell_steps_and_checks_with_their_seconds() -> None:
    console = Console(file=io.StringIO(), width=100)
    watcher = PlainWatcher(console)
    watcher.phase(Phase.METHOD)
    watcher.did(StepRecord(Phase.METHOD, "inject", 0.5, 1.5, "done", "mode [poison]"))
    watcher.judged(CheckRecord(Phase.RECOVERY, "alarm", "= OK", 30, False, "ALARM", 31.0, 30.0))
    assert console.file.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "method",
        "     1.5 s ✓ inject: mode [poison]",
        "    31.0 s ✗ alarm: ALARM, expected = OK",
    ]


def test_the_live_view_shows_what_is_awaited_and_how_deep_the_queues_are() -> None:
    console = Console(file=io.StringIO(), width=100)
    watcher, journal = LiveWatcher(console), new_journal()
    watcher.began(journal)
    watcher.doing("send 20 orders")
    watcher.looking(DrillCheck("messages in the DLQ", lambda _: 3, equals(20)), 3, 12.4)
    for at in range(3):
        journal.series.add(at, {"queue_waiting": float(at), "dlq": None}, {"DlqDepth": "ALARM"})
    console.print(watcher)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "now  send 20 orders" in shown
    assert "messages in the DLQ: 3, awaiting = 20 for 12 s" in shown
    assert "▁▅█" in shown or "▁▄█" in shown
    assert "DlqDepth" in shown


def test_a_sparkline_of_nothing_lies_low() -> None:
    assert sparkline([0, 0]) == "▁▁"
