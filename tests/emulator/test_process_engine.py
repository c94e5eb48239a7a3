"""The process engine tells a dead emulator, so that a scenario does not wait for it."""

import threading
import time
from pathlib import Path

import pytest

from ops.lab.engines.process_engine import ProcessEngine
from ops.lab.errors import EmulatorFailed
from ops.lab.waiting import eventually
from scenarios.watchdog import Watchdog

SECONDS_TO_NOTICE = 30


def test_a_killed_emulator_fails_the_scenario_within_seconds(tmp_path: Path) -> None:
    engine = ProcessEngine(tmp_path)
    try:
        engine.start()
        threading.Timer(1, engine.kill).start()
        started = time.monotonic()
        with (
            pytest.raises(EmulatorFailed, match=r"LocalStack's process \d+ ended"),
            Watchdog(engine).guarding(),
        ):
            eventually(lambda: False, within=120, what="a thing that never comes")
        assert time.monotonic() - started < 1 + SECONDS_TO_NOTICE
    finally:
        engine.stop()
