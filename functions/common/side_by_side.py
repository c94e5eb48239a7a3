"""Calls side by side: several requests that wait for AWS at the same time, each in a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

T = TypeVar("T")


class SideBySide:
    """At most `limit` calls at once. Threads are kept: the next calls need not wait for any to start."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._threads = ThreadPoolExecutor(limit, thread_name_prefix="side-by-side")

    def run(self, calls: Sequence[Callable[[], T]]) -> list["Future[T]"]:
        """Make the calls, and return how each ended, in their order, once all have.

        Nothing is raised here: what one call found must not be lost for what another one met. A call by
        itself is made in the caller's thread.
        """
        if len(calls) == 1:
            return [ended(calls[0])]
        futures = [self._threads.submit(call) for call in calls]
        wait(futures)
        return futures


def ended(call: Callable[[], T]) -> "Future[T]":
    """How a call ended that is made here and now."""
    future: Future[T] = Future()
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)
    return future


@cache
def side_by_side(limit: int) -> SideBySide:
    """One for each limit in an execution environment."""
    return SideBySide(limit)
