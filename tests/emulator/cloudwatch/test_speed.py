"""Speed of alarms: from the environment, and changed while the emulator runs."""

import subprocess

import pytest

from ops.lab.app.alarm_speed import set_speed, speed_of
from ops.lab.errors import EmulatorFailed
from ops.lab.local.emulator_process import EMULATOR_PYTHON
from tests.emulator.cloudwatch.conftest import SPEED
from tests.emulator.conftest import Emulator


def test_the_speed_is_that_of_the_environment(fast: Emulator) -> None:
    assert speed_of(fast.endpoint) == SPEED


def test_the_speed_can_be_changed_and_changed_back(fast: Emulator) -> None:
    set_speed(fast.endpoint, 2)
    try:
        assert speed_of(fast.endpoint) == 2
    finally:
        set_speed(fast.endpoint, SPEED)


@pytest.mark.parametrize("speed", [0.5, 301, 100_000])
def test_what_is_no_speed_is_refused(fast: Emulator, speed: float) -> None:
    with pytest.raises(EmulatorFailed, match="from 1 to 300"):
        set_speed(fast.endpoint, speed)
    assert speed_of(fast.endpoint) == SPEED


@pytest.mark.parametrize("text", ["0.5", "fast", "nan", "100000"])
def test_an_emulator_does_not_start_with_what_is_no_speed(text: str) -> None:
    command = [str(EMULATOR_PYTHON), "-m", "lab_emulator"]
    ended = subprocess.run(
        command, env={"LAB_SPEED": text}, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == f"LAB_SPEED={text} is no speed: take a number from 1 to 300, such as 20\n"
