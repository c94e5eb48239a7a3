"""Spans of time as pages write them."""

import pytest

from ops.lab.actions.levers import LEVERS
from ops.lab.console.pages.levers import LeverState
from ops.lab.console.serving.view import about_minutes


@pytest.mark.parametrize(
    ("minutes", "words"), [(0.5, "30 s"), (0.7, "42 s"), (1.0, "1 min"), (1.5, "1.5 min")]
)
def test_a_rough_span_below_a_minute_is_of_seconds(minutes: float, words: str) -> None:
    assert about_minutes(minutes) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("dlq-retention", "1209600", " (14 days)"),
        ("dlq-retention", "86400", " (1 day)"),
        ("dlq-retention", "5400", " (1 h 30 min)"),
        ("dlq-retention", "90000", " (25 h)"),
        ("visibility", "19", ""),
        ("max-concurrency", "none", ""),
        ("batch-size", "10000", ""),
    ],
)
def test_many_seconds_of_a_lever_are_also_told_in_days_or_hours(name: str, value: str, words: str) -> None:
    lever = next(each for each in LEVERS if each.name == name)
    assert LeverState(lever, value, value).long_time(value) == words
