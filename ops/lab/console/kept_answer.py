"""Kept answer: what an account said, asked for again only once it is so many seconds old."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class KeptAnswer(Generic[Answer]):
    """For one thread. With 0 seconds it asks each time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asked = 0.0
        self._answers: list[Answer] = []  # one, or none yet

    def get(self, ask: Callable[[], Answer]) -> Answer:
        """What was answered lately, else what `ask` says now. Where that raises, nothing is kept."""
        if not self._answers or time.monotonic() - self._asked >= self._seconds:
            self._answers.clear()
            self._answers.append(ask())
            self._asked = time.monotonic()
        return self._answers[0]

    def forget(self) -> None:
        """Ask the next time, however new the answer is."""
        self._answers.clear()
