"""Sampling: which requests are traced where none before has decided it.

AWS's Lambda takes "1 request per second and 5 percent of additional requests. You can't configure the X-Ray
sampling rate for your functions" (Lambda developer guide, services-xray). In a lab a user may look for any
event, so all are traced; `LAB_XRAY_SAMPLING` has the alternatives.
"""

import math
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

VARIABLE = "LAB_XRAY_SAMPLING"


@dataclass(frozen=True)
class SamplingRate:
    """`reservoir` requests of each second, and this share of the others."""

    reservoir: float
    fixed_rate: float


RATES = {
    "all": SamplingRate(math.inf, 1.0),
    "aws": SamplingRate(1, 0.05),
    "none": SamplingRate(0, 0.0),
}


class RequestSampler:
    """Decider for each function by itself, as on AWS."""

    def __init__(
        self,
        rate: SamplingRate,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.rate = rate
        self._clock, self._chance = clock, chance
        self._lock = threading.Lock()
        self._taken: dict[str, tuple[int, int]] = defaultdict(
            lambda: (-1, 0)
        )  # the second, and how many in it

    def samples(self, function_arn: str) -> bool:
        """Whether to trace the request that `function_arn` is about to get."""
        if self.rate.fixed_rate >= 1:
            return True
        second = int(self._clock())
        with self._lock:
            last, taken = self._taken[function_arn]
            taken = taken if last == second else 0
            if taken < self.rate.reservoir:
                self._taken[function_arn] = second, taken + 1
                return True
        return self._chance() < self.rate.fixed_rate
