"""`lab logs --follow` ends as it is told to: by Ctrl-C, without a complaint."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import logs


class _InterruptedTail:
    """One line, and then Ctrl-C."""

    def __init__(self, *_: Any) -> None:
        pass

    def follow(self) -> Iterator[FunctionLogLine]:
        yield FunctionLogLine(FunctionName.WORKER, 0, "a line")
        raise KeyboardInterrupt

    def read(self) -> Iterator[FunctionLogLine]:
        return self.follow()


@pytest.mark.parametrize(("options", "code", "complains"), [(["--follow"], 0, False), ([], 130, True)])
def test_ctrl_c_ends_a_following_quietly(
    target: Target, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int, complains: bool
) -> None:
    monkeypatch.setattr(logs, "choose", lambda *_: target)
    monkeypatch.setattr(logs, "LogTail", _InterruptedTail)
    result = CliRunner().invoke(app, ["logs", *options])
    assert (result.exit_code, "interrupted" in result.stderr) == (code, complains)
    assert "a line" in result.stdout
