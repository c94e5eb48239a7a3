"""Shared answer: worked out once for all pages that ask within some seconds: ten cost as much as one."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SharedAnswer(Generic[Answer]):
    """Who asks while it is being worked out waits for it. What fails is not kept.

    `clock` tells seconds, from any beginning; by default time.monotonic.
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or time.monotonic
        self._lock = threading.Lock()
        self._of: object = None
        self._until = 0.0
        self._known: list[Answer] = []

    def get(self, make: Callable[[], Answer], *, of: object, seconds: float) -> Answer:
        """The answer about `of`, not older than so many seconds. Raises what `make` raises."""
        with self._lock:
            if not self._known or self._of is not of or self._clock() >= self._until:
                self._make(make, of, seconds)
            return self._known[0]

    def renew(self, make: Callable[[], Answer], *, of: object, seconds: float) -> None:
        """Work it out now, before it is too old. Raises what `make` raises."""
        with self._lock:
            self._make(make, of, seconds)

    def _make(self, make: Callable[[], Answer], of: object, seconds: float) -> None:
        self._known = []
        answer = make()
        self._known, self._of, self._until = [answer], of, self._clock() + seconds
