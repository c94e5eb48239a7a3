"""`lab files` and its old names: `lab csv`, and `files` for `list`."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from ops.lab.app.target import Target
from ops.lab.cli import app
from tests.ops.files.conftest import Functions

Lab = Callable[..., Result]


@pytest.fixture
def groups() -> dict[str, Any]:
    """What stands under the two names."""
    lab: Any = typer.main.get_command(app)
    return {name: lab.get_command(typer.Context(lab), name) for name in ("files", "csv")}


def test_the_old_name_has_the_same_commands(groups: dict[str, Any]) -> None:
    files, csv = groups["files"], groups["csv"]

    assert set(files.commands) == {
        "simulate",
        "monitor",
        "perf",
        "list",
        "files",
        "api",
        "redrive",
        "set-aside",
    }
    assert functions_of(csv) == functions_of(files)


def functions_of(group: Any) -> dict[str, Any]:
    """The commands' functions, without what Typer wraps around them."""
    return {name: inspect.unwrap(each.callback) for name, each in group.commands.items()}


def test_the_old_names_are_hidden(groups: dict[str, Any]) -> None:
    assert (groups["files"].hidden, groups["csv"].hidden) == (False, True)
    assert [name for name, each in groups["files"].commands.items() if each.hidden] == ["files"]
    assert "csv " not in CliRunner().invoke(app, ["--help"]).stdout


def test_the_old_names_do_the_same(lab_files: Lab, files_target: Target, functions: Functions) -> None:
    functions.checkpoint("incoming/a.csv#1", "FAILED", errorType="ApiDown", reason="503", attempts=2)
    shown = lab_files("list", "--json").stdout

    assert "ApiDown" in shown
    for old in (["csv", "files"], ["csv", "list"], ["files", "files"]):
        assert CliRunner().invoke(app, [*old, "--json"]).stdout == shown
