"""What commands in a terminal changed at the lab: in the journal that the console lists."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.lab.actions import event_source
from ops.lab.app import failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import failures, tune
from ops.lab.console.changes.action_journal import ActionJournal
from ops.lab.local.directory import lab_directory

LAB, OTHER = "http://127.0.0.1:9", "http://127.0.0.1:8"


@pytest.fixture
def pipeline(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A lab of which only the calls are seen."""
    monkeypatch.setenv("LAB_DIR", str(tmp_path))
    monkeypatch.setattr(target, "endpoint", LAB)
    for module in (failures, tune):
        monkeypatch.setattr(module, "choose", lambda *_: target)
    monkeypatch.setattr(failure_mode, "known_mode", lambda _: FailureMode.NONE)
    monkeypatch.setattr(failure_mode, "noticing_functions", lambda *_: [])
    for module, names in ((failure_mode, ("break_with", "heal")), (event_source, ("pause", "resume"))):
        for name in names:
            monkeypatch.setattr(module, name, lambda *_: None)
    return target


def run(*arguments: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output


def told(endpoint: str = LAB) -> list[tuple[str, str]]:
    """What a console of that lab lists."""
    records = ActionJournal(lab_directory().console_journal, lambda: endpoint).since(0)
    return [(record.title, record.outcome) for record in records]


def test_what_a_terminal_did_to_the_lab_is_listed_by_its_console(pipeline: Target) -> None:
    run("break", "poison_payload")
    run("heal")
    run("pause")
    run("resume")
    assert told() == [
        ("Failure mode poison_payload", "lab break poison_payload in a terminal"),
        ("Heal", "lab heal in a terminal"),
        ("Pause delivery", "lab pause in a terminal"),
        ("Resume delivery", "lab resume in a terminal"),
    ]
    assert told(OTHER) == []


def test_what_it_did_to_an_account_is_left_to_cloudtrail(
    pipeline: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "endpoint", None)
    run("heal", "--target", "aws")
    assert not lab_directory().console_journal.exists()
