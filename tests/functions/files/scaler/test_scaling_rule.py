"""The concurrency follows the depth: within its bounds, up at once, down in its time, without flapping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.files.rounds.concurrency import Bounds, Concurrency
from functions.files.scaler.scaler import ScalingRule

DEPTHS = st.lists(st.integers(0, 2_000), max_size=60)


@st.composite
def rules(draw: st.DrawFn) -> ScalingRule:
    low, high = sorted((draw(st.integers(1, 50)), draw(st.integers(1, 50))))
    bounds = Bounds(low, high, draw(st.integers(low, high)))
    return ScalingRule(bounds, draw(st.integers(1, 50)), draw(st.integers(1, 6)))


def follow(rule: ScalingRule, depths: list[int]) -> list[int]:
    """The concurrency before the first reading, and after each."""
    now = Concurrency(rule.bounds.initial)
    steps = [now.current]
    for depth in depths:
        now = rule.next(now, depth)
        steps.append(now.current)
    return steps


RULE = ScalingRule(Bounds(minimum=1, maximum=10, initial=3), files_per_slot=10, scale_down_readings=3)


@pytest.mark.parametrize(
    ("depth", "desired"), [(0, 1), (1, 1), (10, 1), (11, 2), (95, 10), (100, 10), (500, 10)]
)
def test_one_more_for_each_slotful_of_files(depth: int, desired: int) -> None:
    assert RULE.desired(depth) == desired


def test_from_nothing_to_a_burst_and_back() -> None:
    depths = [0, 500, 400, 95, 60, 40, 30, 0, 0, 0, 0]
    assert follow(RULE, depths)[1:] == [3, 10, 10, 10, 10, 10, 6, 6, 6, 1, 1]


def test_one_deep_reading_begins_the_wait_anew() -> None:
    assert follow(RULE, [100, 0, 0, 100, 0, 0, 0])[1:] == [10, 10, 10, 10, 10, 10, 1]


@given(rules(), DEPTHS)
def test_never_out_of_bounds(rule: ScalingRule, depths: list[int]) -> None:
    assert all(rule.bounds.minimum <= step <= rule.bounds.maximum for step in follow(rule, depths))


@given(rules(), DEPTHS)
def test_never_less_than_the_last_reading_asks_for(rule: ScalingRule, depths: list[int]) -> None:
    for depth, after in zip(depths, follow(rule, depths)[1:], strict=True):
        assert after >= rule.desired(depth)


@given(rules(), DEPTHS)
def test_falls_only_after_so_many_lower_readings_and_to_their_highest(
    rule: ScalingRule, depths: list[int]
) -> None:
    steps = follow(rule, depths)
    for at in range(1, len(steps)):
        if steps[at] < steps[at - 1]:
            readings = [rule.desired(depth) for depth in depths[max(0, at - rule.scale_down_readings) : at]]
            assert len(readings) == rule.scale_down_readings
            assert max(readings) == steps[at]


@given(rules(), DEPTHS, st.integers(0, 2_000))
def test_a_depth_that_keeps_coming_back_holds_the_concurrency(
    rule: ScalingRule, lulls: list[int], peak: int
) -> None:
    """No flapping: lulls shorter than the readings it takes to fall change nothing."""
    now = start = rule.next(Concurrency(rule.bounds.minimum), peak)
    for at, lull in enumerate(lulls):
        is_peak = at % rule.scale_down_readings == rule.scale_down_readings - 1
        now = rule.next(now, peak if is_peak else min(lull, peak))
        assert now.current == start.current


@given(rules(), st.integers(0, 2_000))
def test_a_steady_depth_is_followed_in_the_end(rule: ScalingRule, depth: int) -> None:
    assert follow(rule, [depth] * (rule.scale_down_readings + 1))[-1] == rule.desired(depth)
