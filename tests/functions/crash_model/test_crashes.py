"""A crash at any call loses nothing and repeats nothing unrecorded."""

import pytest

from tests.functions.crash_model.crash import Crash
from tests.functions.crash_model.scenario import Scenario
from tests.functions.crash_model.scenarios import SCENARIOS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The run without a crash tells which calls there are."""
    if "crash" in metafunc.fixturenames:
        cases = {
            f"{scenario.name}-{name}": (scenario, crash)
            for scenario in SCENARIOS
            for name, crash in scenario.crashes().items()
        }
        metafunc.parametrize(("scenario", "crash"), cases.values(), ids=cases.keys())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_nothing_is_violated_without_a_crash(scenario: Scenario) -> None:
    assert scenario.run() == []


def test_nothing_is_violated_whatever_crashes(scenario: Scenario, crash: Crash) -> None:
    assert scenario.run(crash) == []
