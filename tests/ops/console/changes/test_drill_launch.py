"""What the console starts a drill with: its own target, its reports, and that target's environment."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ops.lab.commands.console import drill_control_of
from ops.lab.console.changes.drill_control import DrillStage
from ops.lab.local import background_process
from ops.lab.local.directory import LabDirectory
from ops.lab.options import TargetName
from ops.lab.repository import REPOSITORY


class Started:
    """The program that was started, in the place of a process."""

    arguments: Sequence[str] = ()
    environment: Mapping[str, str] = {}

    def __call__(self, arguments: Sequence[str], _: Any, *, environment: Mapping[str, str]) -> int:
        self.arguments, self.environment = arguments, environment
        return -1


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    noted = Started()
    monkeypatch.setattr(background_process, "start_in_background", noted)
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    return noted


def test_on_the_lab_nothing_leads_to_an_account(
    started: Started, directory: LabDirectory, tmp_path: Path
) -> None:
    drills = drill_control_of(TargetName.RUNNING, None, tmp_path / "reports")
    drills.launch("backlog")
    assert started.arguments == [
        *(sys.executable, "-m", "ops.lab", "drill", "run", "backlog"),
        *("--reports", str(tmp_path / "reports"), "--target", "running"),
    ]
    assert "AWS_PROFILE" not in started.environment
    assert started.environment["LAB_DIR"] == str(directory.root)
    assert started.environment["PYTHONPATH"] == str(REPOSITORY)
    assert drills.follow().stage is DrillStage.NOT_STARTED


def test_on_an_account_it_is_the_consoles_own(started: Started, tmp_path: Path) -> None:
    drill_control_of(TargetName.AWS, "prod", tmp_path).launch("backlog")
    assert started.arguments[-5:] == ["--target", "aws", "--env", "prod", "--yes"]
    assert started.environment["AWS_PROFILE"] == "somebody"


def test_lab_and_account_are_followed_apart(directory: LabDirectory) -> None:
    paths = [directory.drill_progress(), directory.drill_progress("dev"), directory.drill_progress("prod")]
    assert len(set(paths)) == 3
