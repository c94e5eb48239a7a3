"""Speed of alarms: set and read back on an emulator, and what is refused."""

from collections.abc import Iterator

import pytest

from ops.lab.app import alarm_speed
from ops.lab.errors import EmulatorFailed, Refused
from tests.ops.app.emulator_resource import EmulatorResource


class Emulator(EmulatorResource):
    """Keeps a speed as the extension does, and takes none beyond 100."""

    speed = 1.0

    def do_GET(self) -> None:
        self.answer(200, {"speed": Emulator.speed})

    def do_PUT(self) -> None:
        wanted = self.body()["speed"]
        if wanted > 100:
            self.answer(400, {"error": "too fast"})
        else:
            Emulator.speed = wanted
            self.do_GET()


@pytest.fixture
def endpoint() -> Iterator[str]:
    with Emulator.serving() as endpoint:
        yield endpoint


def test_a_speed_is_read_back_as_it_was_set(endpoint: str) -> None:
    alarm_speed.set_speed(endpoint, 20)
    assert alarm_speed.speed_of(endpoint) == 20


def test_a_speed_that_the_emulator_refuses_says_why(endpoint: str) -> None:
    with pytest.raises(EmulatorFailed, match="too fast"):
        alarm_speed.set_speed(endpoint, 1000)


def test_an_emulator_without_speed_has_none() -> None:
    assert alarm_speed.speed_of("http://127.0.0.1:1") is None


@pytest.mark.parametrize("speed", [0.5, 0, -1, 300.5, 100_000, float("nan"), float("inf")])
def test_what_is_no_speed_is_refused_before_anything_starts(speed: float) -> None:
    with pytest.raises(Refused, match="no speed"):
        alarm_speed.checked(speed)
