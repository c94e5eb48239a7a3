"""Deadline of an invocation: when it is near."""

import pytest

from functions.common.clock import Deadline


@pytest.mark.parametrize("timeout_ms", [3_000, 30_000, 900_000])
def test_is_near_when_a_fifth_of_the_time_remains_whatever_the_timeout(timeout_ms: int) -> None:
    remaining = iter([timeout_ms, timeout_ms, timeout_ms // 5 + 1, timeout_ms // 5])
    deadline = Deadline(lambda: next(remaining))
    assert [deadline.is_near() for _ in range(3)] == [False, False, True]
