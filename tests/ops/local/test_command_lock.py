import os
from pathlib import Path

import pytest

from ops.lab.errors import Refused
from ops.lab.local.command_lock import exclusively


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
