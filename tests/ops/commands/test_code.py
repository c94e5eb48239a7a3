"""`lab code`: what runs other code than its stack says, and the way back."""

import json

import pytest
from typer.testing import CliRunner, Result

from ops.lab.app.code_swap import FunctionCodeState
from ops.lab.cli import app
from ops.lab.commands import code

INGEST = FunctionCodeState(
    "Ingest-1", "functions.ingest.handler.handler", "aaaa", "2026-11-28T10:00:00.0+0000"
)
WORKER = FunctionCodeState(
    "Worker-1", "functions.worker.handler.handler", "bbbb", "2026-11-28T11:00:00.0+0000"
)


class Swap:
    """Two functions, of which some run other code."""

    def __init__(self, *others: FunctionCodeState) -> None:
        self._others = list(others)
        self.restored = 0

    def functions(self) -> list[FunctionCodeState]:
        return [WORKER, INGEST]

    def others(self) -> list[FunctionCodeState]:
        return self._others

    def restore(self) -> list[FunctionCodeState]:
        self.restored += 1
        return self._others


def run(monkeypatch: pytest.MonkeyPatch, swap: Swap, *arguments: str, answer: str = "") -> Result:
    monkeypatch.setattr(code, "_swap", lambda _target: swap)
    return CliRunner().invoke(app, ["code", *arguments], input=answer)


def test_what_was_released_beside_its_stack_is_told_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(run(monkeypatch, Swap(WORKER), "show", "--json").stdout)

    assert [(each["title"], each["of_stack"]) for each in found] == [("ingest", True), ("worker", False)]
    lines = run(monkeypatch, Swap(WORKER), "show").stdout.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["ingest", "aaaa", "yes", "2026-11-28", "10:00:00"],
        ["worker", "bbbb", "no", "2026-11-28", "11:00:00"],
    ]


def test_a_rollback_asks_and_names_what_it_rolls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    swap = Swap(WORKER)

    assert run(monkeypatch, swap, "rollback", answer="n\n").exit_code != 0
    assert swap.restored == 0
    assert "rolled back: worker" in run(monkeypatch, swap, "rollback", answer="y\n").stdout
    assert swap.restored == 1


def test_where_nothing_differs_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    swap = Swap()

    result = run(monkeypatch, swap, "rollback")

    assert (result.exit_code, swap.restored) == (0, 0)
    assert "every function has the code of its stack" in result.stdout


def test_an_account_is_refused_with_what_to_use_there() -> None:
    result = CliRunner().invoke(app, ["code", "rollback", "--target", "aws"])

    assert result.exit_code == 2
    assert "update-function-code" in result.output
