"""A benchmark warns where the lab is up: both share the processors."""

import pytest
from typer.testing import CliRunner

from ops.lab.cli import app
from ops.lab.commands import bench_calls, bench_console, bench_pipeline
from ops.lab.errors import Refused
from ops.lab.local import running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.running_lab import RunningLab


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("name", ["calls", "pipeline", "console"])
def test_a_lab_that_is_up_is_named(
    directory: LabDirectory, monkeypatch: pytest.MonkeyPatch, name: str, up: bool
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("the test ends here")

    for module in (bench_calls, bench_console, bench_pipeline):
        monkeypatch.setattr(module, "contest", refuse)
        monkeypatch.setattr(module, "end_on_sigterm", lambda: None)
    if up:
        running_lab.save(directory.state_file, RunningLab(pid=4711, port=9, log_path="/log"))
        monkeypatch.setattr(running_lab, "living", running_lab.load)
    result = CliRunner().invoke(app, ["bench", name])
    assert "the test ends here" in result.stderr
    assert ("the lab is up (process 4711)" in result.stderr) is up
