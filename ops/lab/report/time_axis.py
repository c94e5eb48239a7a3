"""Time axis of a report: points at equal steps, and what happened in each of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

_MOST_POINTS = 400
_LEAST_STEP_SECONDS = 0.5
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Axis:
    """The time axis: points every `step` seconds from `began` (epoch seconds) until after `seconds`."""

    began: float
    seconds: float

    @property
    def step(self) -> float:
        return max(_LEAST_STEP_SECONDS, self.seconds / _MOST_POINTS)

    @property
    def points(self) -> int:
        return int(self.seconds / self.step) + 1

    def bins(self, things: Iterable[Thing], when: Callable[[Thing], float]) -> list[list[Thing]]:
        """The things by the step in which they happened; those outside of the axis are left out."""
        found: list[list[Thing]] = [[] for _ in range(self.points)]
        for thing in things:
            at = int((when(thing) - self.began) / self.step)
            if 0 <= at < self.points:
                found[at].append(thing)
        return found
