"""Backpressure: quickly up, slowly down, and only for what the downstream is to blame for."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.files.rounds.health import Health, health_of
from functions.files.rounds.pressure import PRESSURE, PressureLimits, next_level, read_level
from tests.functions.files.rounds.pipeline import Pipeline

LIMITS = PressureLimits(error_rate=0.2, latency_milliseconds=1_000, max_level=20)
WELL, ERRORS, SLOW = Health(0.2, 1_000), Health(0.21, 0), Health(0, 1_001)


def result(outcome: str, error_type: str | None = None, **answer: float) -> dict[str, Any]:
    return {"outcome": outcome, "answer": answer or None, "errorType": error_type}


def calls(count: int, errors: int, latency: float) -> dict[str, Any]:
    return result("SUCCEEDED", apiCalls=count, apiErrors=errors, apiLatencyMilliseconds=latency)


@pytest.mark.parametrize("sick", [ERRORS, SLOW])
def test_doubles_while_it_suffers_and_falls_by_one_when_it_is_well(sick: Health) -> None:
    level, levels = 0, []
    for health in [sick] * 6 + [WELL] * 3:
        level = next_level(level, health, LIMITS)
        levels.append(level)
    assert levels == [1, 2, 4, 8, 16, 20, 19, 18, 17]


healths = st.builds(Health, st.floats(0, 1), st.floats(0, 60_000))


@given(st.lists(healths, max_size=40), st.integers(0, 600))
def test_within_bounds_and_back_to_none(rounds: list[Health], highest: int) -> None:
    limits = PressureLimits(0.2, 1_000, highest)
    level = 0
    for health in rounds:
        level = next_level(level, health, limits)
        assert 0 <= level <= highest
    for _ in range(highest):
        level = next_level(level, WELL, limits)
    assert level == 0


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], Health(0, 0)),
        ([calls(50, 0, 20.0)], Health(0, 20.0)),
        ([calls(90, 9, 10.0), calls(10, 1, 110.0)], Health(0.1, 20.0)),  # weighted by calls
        ([calls(0, 0, 0.0)], Health(0, 0)),
        ([calls(2, 3, 1.0)], Health(1.0, 1.0)),
        ([calls(10, 0, 5.0), result("RETURNED", "States.Timeout")], Health(0.5, 5.0)),
        ([result("FAILED", "DownstreamUnavailable")], Health(1.0, 0)),
        ([calls(10, 0, 5.0), result("FAILED", "PermanentFailure")], Health(0, 5.0)),
        ([result("FAILED", "UnreadableMessage")], Health(0, 0)),
        ([calls(10, 0, 5.0), result("RETURNED", "LeaseHeld")], Health(0, 5.0)),
    ],
)
def test_what_a_round_tells(results: list[dict[str, Any]], expected: Health) -> None:
    assert health_of(results) == expected


@pytest.mark.parametrize(
    ("item", "level"),
    [({}, 0), ({"level": 7}, 7), ({"level": 99}, 20), ({"level": -1}, 0), ({"level": "x"}, 0)],
)
def test_the_level_in_force_is_within_its_bounds_whatever_the_item_says(
    pipeline: Pipeline, item: dict[str, Any], level: int
) -> None:
    pipeline.table.write("pressure", item)
    assert read_level(pipeline.table, LIMITS, now=0.0) == level


@pytest.mark.parametrize(
    ("updated_at", "level"),
    [
        ("2026-11-21T10:00:00.000Z", 8),
        ("2026-11-21T09:59:00.001Z", 8),
        ("2026-11-21T09:59:00.000Z", 7),
        ("2026-11-21T09:55:00.000Z", 3),
        ("2026-11-20T10:00:00.000Z", 0),
        ("2026-11-21T10:05:00.000Z", 8),
        ("yesterday", 8),
        (None, 8),
    ],
)
def test_it_fades_by_a_second_in_each_idle_minute(
    pipeline: Pipeline, updated_at: str | None, level: int
) -> None:
    pipeline.table.write(PRESSURE, {"level": 8, "updatedAt": updated_at})
    now = datetime(2026, 11, 21, 10, tzinfo=UTC).timestamp()
    assert read_level(pipeline.table, LIMITS, now) == level
