"""What the concurrency should be, by the depth of the queue: up at once, down after a while."""

from dataclasses import dataclass
from math import ceil

from functions.files.rounds.concurrency import Bounds, Concurrency


@dataclass(frozen=True)
class Rule:
    """Hysteresis keeps the concurrency from flapping: it falls only after `scale_down_readings` readings in a
    row that are below it, and then no lower than the highest of these."""

    bounds: Bounds
    files_per_slot: int
    """Waiting files for which one more may be processed at a time."""
    scale_down_readings: int

    def desired(self, depth: int) -> int:
        return self.bounds.clamp(ceil(depth / self.files_per_slot))

    def next(self, now: Concurrency, depth: int) -> Concurrency:
        """The concurrency after one more reading."""
        desired = self.desired(depth)
        if desired >= now.current:
            return Concurrency(desired)
        readings = (*now.low_readings, desired)
        if len(readings) < self.scale_down_readings:
            return Concurrency(now.current, readings)
        return Concurrency(max(readings))
