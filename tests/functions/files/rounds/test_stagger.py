"""Waits: bounded, and monotonic in everything that they depend on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.files.rounds.plan import Stagger
from functions.files.rounds.priority import RoundPriority

STAGGER = Stagger(step_milliseconds=1_000, deep_queue_messages=100, max_wait_seconds=20)

staggers = st.builds(
    Stagger,
    step_milliseconds=st.integers(0, 30_000),
    deep_queue_messages=st.integers(1, 10_000),
    max_wait_seconds=st.integers(0, 600),
)
indexes, depths, pressures = st.integers(0, 9), st.integers(0, 100_000), st.integers(0, 600)
priorities = st.sampled_from(RoundPriority)


@pytest.mark.parametrize(
    ("index", "priority", "depth", "pressure", "seconds"),
    [
        (0, RoundPriority.NORMAL, 0, 0, 0),
        (3, RoundPriority.NORMAL, 0, 0, 3),
        (9, RoundPriority.NORMAL, 50, 0, 7),  # three quarters
        (9, RoundPriority.NORMAL, 100, 0, 4),  # half, and no less
        (9, RoundPriority.NORMAL, 5_000, 0, 4),
        (8, RoundPriority.HIGH, 0, 0, 4),
        (8, RoundPriority.LOW, 0, 0, 16),
        (3, RoundPriority.NORMAL, 0, 5, 8),
        (9, RoundPriority.LOW, 0, 16, 20),
    ],
)
def test_examples(index: int, priority: RoundPriority, depth: int, pressure: int, seconds: int) -> None:
    assert STAGGER.wait_seconds(index, priority, depth, pressure) == seconds


def test_a_stagger_of_milliseconds_is_rounded_to_the_whole_seconds_that_a_wait_state_takes() -> None:
    lab = Stagger(step_milliseconds=100, deep_queue_messages=100, max_wait_seconds=2)
    assert [lab.wait_seconds(index, RoundPriority.NORMAL, 0, 0) for index in range(10)] == [0] * 6 + [1] * 4


@given(staggers, indexes, priorities, depths, pressures)
def test_within_bounds(
    stagger: Stagger, index: int, priority: RoundPriority, depth: int, pressure: int
) -> None:
    assert 0 <= stagger.wait_seconds(index, priority, depth, pressure) <= stagger.max_wait_seconds


@given(staggers, indexes, priorities, depths, pressures)
def test_monotonic(stagger: Stagger, index: int, priority: RoundPriority, depth: int, pressure: int) -> None:
    wait = stagger.wait_seconds(index, priority, depth, pressure)
    assert stagger.wait_seconds(index + 1, priority, depth, pressure) >= wait
    assert stagger.wait_seconds(index, priority, depth + 1, pressure) <= wait
    assert stagger.wait_seconds(index, priority, depth, pressure + 1) >= wait
    assert stagger.wait_seconds(index, RoundPriority.HIGH, depth, pressure) <= wait
    assert stagger.wait_seconds(index, RoundPriority.LOW, depth, pressure) >= wait
