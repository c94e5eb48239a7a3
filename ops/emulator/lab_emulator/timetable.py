"""Timetable of calls, each of which one thread makes at its time."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

LOG = logging.getLogger(__name__)

Call = Callable[[], None]


class Timetable:
    """Heap of calls, and a thread that starts with the first of them and ends with `close`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: list[tuple[float, int, Call]] = []
        self._numbers = itertools.count()  # so that calls of one moment need no order of their own
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._calls)

    def call_in(self, seconds: float, call: Call) -> None:
        """Have `call` called after `seconds`. It must be short: the others wait for it."""
        with self._changed:
            heapq.heappush(self._calls, (time.monotonic() + seconds, next(self._numbers), call))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Drop what is left."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while (call := self._next()) is not None:
            try:
                call()
            except Exception:  # the thread has to outlive it: no other is started for the calls that follow
                if not self._closed:
                    LOG.exception("%s: a call failed", self._name)

    def _next(self) -> Call | None:
        with self._changed:
            while not self._closed:
                wait_seconds = self._calls[0][0] - time.monotonic() if self._calls else None
                if wait_seconds is not None and wait_seconds <= 0:
                    return heapq.heappop(self._calls)[2]
                self._changed.wait(wait_seconds)
        return None
