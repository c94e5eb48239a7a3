"""Calls that wait at the same time, each of which ends in its own way."""

import threading
from functools import partial

import pytest

from functions.common.side_by_side import SideBySide

PATIENCE_SECONDS = 30  # of calls that would wait for each other for ever


def test_calls_are_under_way_at_the_same_time_and_end_in_their_order() -> None:
    barrier = threading.Barrier(3)

    def meet(number: int) -> int:
        barrier.wait(PATIENCE_SECONDS)
        return number

    ended = SideBySide(3).run([partial(meet, number) for number in range(3)])
    assert [call.result() for call in ended] == [0, 1, 2]


@pytest.mark.parametrize("others", [0, 2])
def test_what_one_call_raises_is_told_by_it_alone(others: int) -> None:
    ended = SideBySide(2).run([partial(divmod, 1, 0)] + [partial(divmod, 7, 2)] * others)
    assert isinstance(ended[0].exception(), ZeroDivisionError)
    assert [call.result() for call in ended[1:]] == [(3, 1)] * others


def test_a_call_by_itself_needs_no_thread() -> None:
    [ended] = SideBySide(2).run([threading.current_thread])
    assert ended.result() is threading.current_thread()


def test_no_calls_are_none_to_wait_for() -> None:
    assert SideBySide(2).run([]) == []
