"""Anticipated answer: what open pages ask for at a pace, worked out shortly before the next of them asks."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from ops.lab.console.looking.shared_answer import SharedAnswer

Answer = TypeVar("Answer")

# A little less than the pages' pace, so that the first of them that asks again gets something new.
_OF_THE_PACE = 0.8
# How long before a page asks again it is ready, as a part of the pace, and at most so many seconds.
_LEAD_OF_THE_PACE = 0.3
_MOST_LEAD_SECONDS = 0.5


class AnticipatedAnswer(Generic[Answer]):
    """One answer for all pages that ask each `pace` seconds, so that none of them waits while it is worked
    out: once one has asked, it is worked out again in the background, where it is `wanted` then.

    What fails in the background is not told: whoever asks next works it out and hears of it.
    """

    def __init__(self, wanted: Callable[[], bool]) -> None:
        self._wanted = wanted
        self._shared: SharedAnswer[Answer] = SharedAnswer()
        self._lock = threading.Lock()
        self._planned = False
        self._took = 0.0

    def get(self, make: Callable[[], Answer], *, of: object, pace: float) -> Answer:
        """The answer about `of`, not older than a page's pace. Raises what `make` raises."""

        def timed() -> Answer:
            began = time.monotonic()
            answer = make()
            self._took = time.monotonic() - began
            return answer

        seconds = pace * _OF_THE_PACE
        answer = self._shared.get(timed, of=of, seconds=seconds)
        self._plan(
            pace - min(_LEAD_OF_THE_PACE * pace, _MOST_LEAD_SECONDS) - self._took,
            lambda: self._shared.renew(timed, of=of, seconds=seconds),
        )
        return answer

    def _plan(self, after: float, renew: Callable[[], None]) -> None:
        def anticipate() -> None:
            with self._lock:
                self._planned = False
            if self._wanted():
                with suppress(Exception):
                    renew()

        with self._lock:
            if self._planned:
                return
            self._planned = True
        timer = threading.Timer(max(0.0, after), anticipate)
        timer.name, timer.daemon = "console anticipation", True
        timer.start()
