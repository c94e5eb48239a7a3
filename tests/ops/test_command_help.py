"""Help texts of commands, on terminals of any width."""

import re
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from ops.lab.cli import app


def _help(*command: str, columns: int) -> str:
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(app, [*command, "--help"])
    assert result.exit_code == 0, result.output
    return re.sub(r"\x1b\[[0-9;]*m", "", result.output)


@pytest.mark.parametrize("columns", [60, 80, 150])
def test_each_paragraph_fills_the_terminal(columns: int) -> None:
    """A line ends where the next word has no room."""
    text = _help("up", columns=columns).partition("Options")[0].splitlines()
    lines = [line.rstrip() for line in text if not line.strip().startswith("Usage")]
    for line, following in pairwise(lines):
        if line.strip() and (word := following.split(" ")[1:2]) and word[0]:
            assert len(line) + 1 + len(word[0]) > columns - 2, (line, following)


def test_a_number_with_bounds_is_called_a_number() -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["send", "--count", "abc"])
    assert result.exit_code == 2
    assert "'abc' is not a valid int" in result.output
    assert "range" not in _help("redrive", "start", columns=200)


def test_help_is_a_command_as_elsewhere() -> None:
    helped = CliRunner(env={"COLUMNS": "120"}).invoke(app, ["help", "redrive", "start"])
    assert helped.output == CliRunner(env={"COLUMNS": "120"}).invoke(app, ["redrive", "start", "-h"]).output
    assert "Commands" in CliRunner().invoke(app, ["help"]).output
