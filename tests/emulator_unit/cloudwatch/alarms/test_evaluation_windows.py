"""Evaluation windows: when alarms are evaluated, and on which periods."""

import pytest

from lab_emulator.cloudwatch.alarms.metric_alarm_evaluation import (
    SETTLE_SECONDS,
    evaluation_range,
    latest_end,
    step_seconds,
)


@pytest.mark.parametrize(
    ("period", "periods", "speed", "step"),
    [
        (60, 1, 1, 60),
        (300, 1, 1, 60),  # a sliding window: every minute
        (10, 3, 1, 10),
        (30, 3, 1, 10),
        (3_600, 25, 1, 3_600),  # more than a day: once per hour
        (60, 1, 20, 3),
        (300, 5, 20, 3),
        (60, 1, 600, 1),  # no less than a second
    ],
)
def test_an_alarm_is_evaluated_as_often_as_on_aws_times_the_speed(
    period: int, periods: int, speed: float, step: float
) -> None:
    assert step_seconds(period, periods, speed) == step


def test_a_window_is_looked_at_once_its_data_has_settled() -> None:
    assert latest_end(120 + SETTLE_SECONDS - 0.1, 60) == 60
    assert latest_end(120 + SETTLE_SECONDS, 60) == 120


@pytest.mark.parametrize(("speed", "period_seconds"), [(1, 300), (20, 15), (600, 5)])
def test_the_range_ends_with_the_window_and_reaches_farther_back_than_needed(
    speed: float, period_seconds: float
) -> None:
    grid = evaluation_range(6_000, 300, 3, speed)
    assert grid.period_seconds == period_seconds
    assert grid.count == 5
    assert grid.times()[-1] + period_seconds == 6_000
