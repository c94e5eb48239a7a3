"""One metric's data over time."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass

from lab_emulator.cloudwatch.statistics import Distribution

# How long seconds are kept apart, and how long anything is kept. AWS keeps what was put at less
# than a minute's resolution for 3 hours and minutes for 15 days (CloudWatch user guide, "Metrics
# retention"); this is the memory of one process.
FINE_SECONDS = 3_600
RETENTION_SECONDS = 86_400
COARSE_SECONDS = 60
# Different values, over all seconds: beyond that the oldest seconds are dropped.
MAX_VALUES = 100_000

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, order=True)
class MetricKey:
    """What makes a metric this one and no other: names, and every dimension with its value."""

    namespace: str
    name: str
    dimensions: Dimensions  # sorted by name


class Series:
    """Distributions by second and unit."""

    def __init__(self) -> None:
        self._seconds: list[int] = []
        self._units: dict[int, dict[str, Distribution]] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._seconds)

    def record(self, at_epoch_seconds: float, unit: str, distribution: Distribution) -> None:
        """Add `distribution`, which stays the caller's."""
        self._put(int(at_epoch_seconds // 1), unit, distribution.copy())
        while self._size > MAX_VALUES and len(self._seconds) > 1:
            self._forget(self._seconds[0])

    def window(self, start: float, end: float, unit: str | None = None) -> Distribution | None:
        """What was recorded from `start` until just before `end`, in any unit unless one is named."""
        return Distribution.merged(
            distribution
            for second in self._between(start, end)
            for own, distribution in self._units[second].items()
            if unit in {None, own}
        )

    def units(self, start: float, end: float) -> list[str]:
        """The units of what was recorded in that time."""
        return sorted({unit for second in self._between(start, end) for unit in self._units[second]})

    def entries(self) -> Iterator[tuple[int, str, Distribution]]:
        """Every second's distributions, oldest first."""
        for second in self._seconds:
            for unit, distribution in self._units[second].items():
                yield second, unit, distribution

    def age(self, now: float) -> None:
        """Drop what is too old, and merge into minutes what is too old to be kept by the second."""
        for second in self._between(0, now - RETENTION_SECONDS):
            self._forget(second)
        for second in self._between(0, now - FINE_SECONDS):
            if minute_offset := second % COARSE_SECONDS:
                for unit, distribution in self._forget(second).items():
                    self._put(second - minute_offset, unit, distribution)

    def _between(self, start: float, end: float) -> list[int]:
        return self._seconds[bisect_left(self._seconds, start) : bisect_left(self._seconds, end)]

    def _put(self, second: int, unit: str, distribution: Distribution) -> None:
        if second not in self._units:
            insort(self._seconds, second)
            self._units[second] = {}
        units = self._units[second]
        before = _size(units[unit]) if unit in units else 0
        units[unit] = units[unit].add(distribution) if unit in units else distribution
        self._size += _size(units[unit]) - before

    def _forget(self, second: int) -> dict[str, Distribution]:
        del self._seconds[bisect_left(self._seconds, second)]
        units = self._units.pop(second)
        self._size -= sum(map(_size, units.values()))
        return units


def _size(distribution: Distribution) -> int:
    return 1 if distribution.values is None else len(distribution.values)
