import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.redrive_runner.backoff import ceiling_seconds, delay_seconds

COUNTS, JITTERS = st.integers(0, 10_000), st.integers(0, 900)


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
