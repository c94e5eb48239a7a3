"""What commands show is never cut: a pipe gets whole lines, a terminal whole keys; programs get JSON."""

import io
import json
from typing import Any

import pytest
import typer
from rich.console import Console
from typer.core import TyperGroup
from typer.testing import CliRunner

from ops.lab.app.redrive_client import RedriveClient, ReportedPreview
from ops.lab.cli import app
from ops.lab.whole_table import WholeTable

KEY = "k" * 120
TYPE = "ARatherLongErrorTypeOfSomebodyElsesClass"
BODY = json.dumps({"orderId": "o" * 90, "amount": 1, "note": "a\nb\x1b[2J"})
PREVIEW = {
    "messages": [
        {
            "messageId": "m",
            "idempotencyKey": KEY,
            "errorType": TYPE,
            "errorCategory": "VALIDATION",
            "attempts": 3,
            "ageSeconds": 12.5,
            "receiveCount": 3,
            "redriveCount": 0,
            "body": BODY,
            "bodyTruncated": False,
        }
    ],
    "scanned": 1,
    "stopReason": "drained",
}
# They do something, and their line says that it is done. What they change is shown, as JSON too, by status,
# tune, sinks status, keys show, code show, iam report, incident status, room status and wait's exit code.
ACTIONS = {
    *("up", "down", "setup", "console", "deploy", "break", "heal", "pause", "resume"),
    *(
        "keys release",
        "keys end-lease",
        "code rollback",
        "iam allow",
        "sinks fail",
        "sinks heal",
        "sinks stop",
    ),
    *(f"incident {name}" for name in ("start", "hold", "ack", "hint", "call-for-help", "solve", "abandon")),
    *(f"room {name}" for name in ("serve", "join", "attend", "leave")),
    "call",  # prints nothing but JSON
    *("wait alarm", "wait queue", "wait dlq", "wait files-dlq", "wait log"),
}


def test_a_pipe_gets_every_column_of_the_preview_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Redrive:
        def preview(self, _filters: object) -> ReportedPreview:
            return ReportedPreview.from_document(PREVIEW)

    monkeypatch.setattr("ops.lab.commands.redrive.choose", lambda *_: None)
    monkeypatch.setattr(RedriveClient, "of", lambda _target: Redrive())
    result = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["redrive", "preview"])
    assert result.exit_code == 0, result.output
    [line] = [line for line in result.stdout.splitlines() if KEY in line]
    assert TYPE in line
    assert BODY in line


def shown(table: WholeTable, width: int) -> list[str]:
    """The lines that a terminal gets. It wraps them by itself, so that what is copied is whole."""
    stream = io.StringIO()
    table.show(Console(file=stream, force_terminal=True, width=width, color_system=None, highlight=False))
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 80, 120, 400])
def test_no_width_of_a_terminal_cuts_a_cell(width: int) -> None:
    table = WholeTable("key", "error type", "age")
    table.add_row(KEY, TYPE, "3 s")
    table.add_row("short", "", "4 s")
    lines = shown(table, width)
    for cell in (KEY, TYPE, "3 s", "short", "4 s"):
        assert any(cell in line for line in lines), (cell, lines)


def test_where_it_fits_it_is_a_table_with_its_headings() -> None:
    table = WholeTable("key", "age", title="[bold]all[/]")
    table.add_row("a", "3 s")
    assert [line.split() for line in shown(table, 80) if line.strip()] == [
        ["all"],
        ["key", "age"],
        ["a", "3", "s"],
    ]


def test_prose_is_wrapped_and_the_other_columns_stay_whole() -> None:
    table = WholeTable("key", "meaning", prose={"meaning"})
    table.add_row("a-key-of-20-letters", "word " * 40)
    lines = shown(table, 60)
    assert "a-key-of-20-letters" in lines[1]
    assert sum(line.count("word") for line in lines) == 40
    assert max(map(len, lines)) <= 60


def test_control_characters_of_a_message_do_not_reach_the_terminal() -> None:
    table = WholeTable("body")
    table.add_message("a\nb\x1b[2J[bold]c")
    assert any(r"a\nb\x1b[2J[bold]c" in line for line in shown(table, 80))


def _commands(group: Any, path: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    context = typer.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inside = isinstance(command, TyperGroup)
        found |= _commands(command, f"{path}{name} ") if inside else {f"{path}{name}": command}
    return found


def test_every_command_that_shows_something_takes_json() -> None:
    commands = _commands(typer.main.get_command(app))
    takes_json = {name for name, each in commands.items() if any("--json" in p.opts for p in each.params)}
    assert commands.keys() - takes_json == ACTIONS
