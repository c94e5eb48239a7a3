"""Watchdog of an emulator: a wait ends with the reason once the emulator is dead."""

import time
from dataclasses import dataclass, field

import pytest

from ops.lab.errors import EmulatorFailed
from ops.lab.waiting import eventually
from scenarios.watchdog import Watchdog


@dataclass
class _Engine:
    """An engine that dies `lives_seconds` after it was first looked at."""

    lives_seconds: float
    first_seen: float = field(default_factory=time.monotonic)

    def start(self) -> str:
        return "http://127.0.0.1:9"

    def stop(self) -> None: ...

    def kill(self) -> None: ...

    def kill_function(self, function_name: str) -> None: ...

    def function_seconds(self) -> int:
        return 0

    def ailment(self) -> str | None:
        return "it died" if time.monotonic() - self.first_seen > self.lives_seconds else None

    def log_tail(self) -> str:
        return "its last words"


def test_a_wait_ends_with_the_reason_when_the_engine_dies() -> None:
    ended: list[str] = []
    watchdog = Watchdog(_Engine(0.2), on_death=lambda: ended.append("children"), every_seconds=0.05)
    with pytest.raises(EmulatorFailed, match="it died") as failure, watchdog.guarding():
        eventually(lambda: False, within=60)
    assert (failure.value.hint, ended) == ("its last words", ["children"])


def test_a_dead_engine_is_refused_before_the_work_begins() -> None:
    with pytest.raises(EmulatorFailed, match="it died"), Watchdog(_Engine(-1)).guarding():
        pytest.fail("went on")


def test_a_living_engine_disturbs_nothing() -> None:
    with Watchdog(_Engine(60), every_seconds=0.01).guarding():
        time.sleep(0.05)
