import os
from pathlib import Path

import pytest

from ops.lab.errors import NotUp, Refused
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory
from ops.lab.options import TargetName, choose


def test_a_second_command_is_told_who_is_at_work(tmp_path: Path) -> None:
    with (
        exclusively(tmp_path / "lock"),
        pytest.raises(Refused, match=f"process {os.getpid()}"),
        exclusively(tmp_path / "lock"),
    ):
        pass


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusively(tmp_path / "lock"):
        raise ZeroDivisionError
    with exclusively(tmp_path / "lock"):
        pass


def test_who_needs_a_lab_is_told_of_the_command_that_brings_it_up(directory: LabDirectory) -> None:
    with pytest.raises(NotUp):
        choose(TargetName.RUNNING)
    with (
        exclusively(directory.lock_file),
        pytest.raises(Refused, match=rf"is at work.*process {os.getpid()}"),
    ):
        choose(TargetName.RUNNING)
    with pytest.raises(NotUp):
        choose(TargetName.RUNNING)
