"""Waiting for a condition: how it ends, and what its failure tells."""

import time
from collections.abc import Iterator
from itertools import count

import pytest

from ops.lab.errors import WaitTimedOut
from ops.lab.waiting import eventually, eventually_or_last


def test_returns_the_first_value_that_satisfies() -> None:
    values = iter([0, 0, 7, 8])
    assert eventually(lambda: next(values), within=5, every=0) == 7


def test_failure_shows_the_last_value_and_the_hint() -> None:
    with pytest.raises(WaitTimedOut, match=r"the drain .* last seen: 3") as failure:
        eventually(lambda: 3, within=0, until=lambda depth: depth == 0, what="the drain", hint="lab logs")
    assert failure.value.hint == "lab logs"


def test_probes_once_even_with_no_time() -> None:
    assert eventually(lambda: "ready", within=0) == "ready"


def test_an_expected_error_counts_as_not_yet() -> None:
    outcomes: Iterator[KeyError | str] = iter([KeyError("absent"), "there"])

    def probe() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, KeyError):
            raise outcome
        return outcome

    assert eventually(probe, within=5, every=0, retry_on=(KeyError,)) == "there"


def test_an_expected_error_at_the_deadline_is_shown() -> None:
    def probe() -> str:
        raise KeyError("absent")

    with pytest.raises(WaitTimedOut, match="KeyError: 'absent'"):
        eventually(probe, within=0, retry_on=(KeyError,))


def test_an_unexpected_error_is_not_swallowed() -> None:
    def probe() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        eventually(probe, within=5)


def test_what_still_moves_is_waited_for_longer() -> None:
    began = time.monotonic()
    passed = eventually(
        lambda: time.monotonic() - began,
        within=0.2,
        until=lambda seconds: seconds > 0.6,
        every=0.01,
        moves=lambda: int(10 * (time.monotonic() - began)),
    )
    assert passed > 0.6


def test_what_moves_no_longer_is_given_up_and_told_so() -> None:
    movements = iter([1, 2, 2, 2])
    with pytest.raises(WaitTimedOut, match=r"within 0\.5 s without progress; last seen: False"):
        eventually(lambda: False, within=0.5, every=0.01, moves=lambda: next(movements, 2))


def test_what_moves_without_end_is_given_up() -> None:
    movements = count()
    with pytest.raises(WaitTimedOut, match="did not happen within 2 s"):
        eventually(lambda: False, within=0.1, every=0.01, moves=lambda: next(movements))


def test_what_never_satisfies_is_returned_as_it_is() -> None:
    values = count()
    assert eventually_or_last(lambda: next(values), within=60, until=lambda value: value == 3, every=0) == 3
    assert eventually_or_last(lambda: next(values), within=0, until=lambda _: False, every=0) == 4
