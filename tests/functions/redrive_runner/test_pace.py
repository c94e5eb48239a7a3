"""Pace of a redrive: the rate of sending, and the delay of each copy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.redrive_runner.pace import Pace, ceiling_seconds, delay_seconds
from tests.functions.doubles import FakeClock

COUNTS, JITTERS = st.integers(0, 10_000), st.integers(0, 900)


def paced(per_second: int | None) -> tuple[Pace, FakeClock]:
    clock = FakeClock(0.0)
    return Pace(per_second, now=clock, sleep=clock.advance), clock


@given(st.integers(1, 1000), st.lists(st.integers(1, 10), min_size=1, max_size=50))
def test_never_faster_than_the_rate(per_second: int, batches: list[int]) -> None:
    pace, clock = paced(per_second)
    sent = 0
    for letters in batches:
        pace.wait_for(letters)
        # Whatever was sent before had its time; the batch at hand is the most that is ahead of it.
        assert sent <= clock.now * per_second + 1e-6
        sent += letters


def test_without_a_rate_nothing_waits() -> None:
    pace, clock = paced(None)
    for _ in range(100):
        pace.wait_for(10)
    assert clock.now == 0


def test_what_is_only_parked_or_skipped_does_not_wait() -> None:
    pace, clock = paced(1)
    pace.wait_for(1)
    pace.wait_for(0)
    assert clock.now == 0


@pytest.mark.parametrize(("rate", "size"), [(None, 10), (1, 1), (7, 7), (10, 10), (1000, 10)])
def test_a_batch_is_no_more_than_a_second_of_work(rate: int | None, size: int) -> None:
    assert paced(rate)[0].batch_size == size


@given(COUNTS, JITTERS)
def test_the_delay_is_one_that_sqs_takes(count: int, jitter: int) -> None:
    assert 0 <= delay_seconds(count, jitter) <= 900


@given(COUNTS, JITTERS)
def test_full_jitter_goes_from_nothing_to_the_ceiling(count: int, jitter: int) -> None:
    assert delay_seconds(count, jitter, lambda low, high: low) == 0
    assert delay_seconds(count, jitter, lambda low, high: high) == ceiling_seconds(count, jitter)


@given(COUNTS, JITTERS)
def test_a_further_redrive_never_waits_less_at_most(count: int, jitter: int) -> None:
    assert ceiling_seconds(count, jitter) <= ceiling_seconds(count + 1, jitter)


@pytest.mark.parametrize(
    ("count", "jitter", "ceiling"),
    [
        (0, 0, 0),
        (0, 5, 5),
        (1, 5, 15),
        (2, 0, 20),
        (3, 0, 40),
        (9, 0, 300),
        (9, 100, 400),
        (9, 900, 900),
    ],
)
def test_the_spread_and_the_backoff_add_up(count: int, jitter: int, ceiling: int) -> None:
    assert ceiling_seconds(count, jitter) == ceiling
