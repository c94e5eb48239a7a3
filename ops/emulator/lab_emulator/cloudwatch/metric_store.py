"""Store of the metrics of one account in one region, by the second, in memory."""

import threading
import time
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lab_emulator.cloudwatch.period_statistics import Distribution

# How long seconds are kept apart, and how long anything is kept. AWS keeps what was put at less
# than a minute's resolution for 3 hours and minutes for 15 days (CloudWatch user guide, "Metrics
# retention"); this is the memory of one process.
FINE_SECONDS = 3_600
RETENTION_SECONDS = 86_400
COARSE_SECONDS = 60
# Different values, over all seconds: beyond that the oldest seconds are dropped.
MAX_VALUES = 100_000
_AGING_INTERVAL_SECONDS = 60
KEYS_KEPT = 10_000
# One lock for all stores, outside of them: they are pickled where LocalStack saves its state.
_lock = threading.RLock()

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, order=True)
class MetricKey:
    """Identity of a metric: its names, and every dimension with its value."""

    namespace: str
    name: str
    dimensions: Dimensions  # sorted by name

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Mapping[str, str]) -> "MetricKey":
        """The metric with these dimensions, whatever their order."""
        return _key(namespace, name, tuple(dimensions.items()))


@lru_cache(KEYS_KEPT)
def _key(namespace: str, name: str, dimensions: Dimensions) -> MetricKey:
    """The key of these dimensions, in any order. One event of the app adds to some forty metrics."""
    return MetricKey(namespace, name, tuple(sorted(dimensions)))


class RecordedSeries:
    """Data of one metric over time: distributions by second and unit."""

    def __init__(self) -> None:
        self._seconds: list[int] = []
        self._units: dict[int, dict[str, Distribution]] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._seconds)

    def record(self, at_epoch_seconds: float, unit: str, distribution: Distribution) -> None:
        """Add `distribution`, which stays the caller's."""
        self._put(int(at_epoch_seconds // 1), unit, distribution.copy())
        self._bound()

    def add(self, at_epoch_seconds: float, unit: str, value: float) -> None:
        """Add one value. Most come within a second that has some already."""
        second = int(at_epoch_seconds // 1)
        units = self._units.get(second)
        if units is None or (distribution := units.get(unit)) is None:
            self._put(second, unit, Distribution({value: 1}))
        else:
            before = _size(distribution)
            distribution.count_in(value)
            self._size += _size(distribution) - before
        self._bound()

    def window(
        self, start: float, end: float, unit: str | None = None, *, summary: bool = False
    ) -> Distribution | None:
        """Values recorded from `start` until just before `end`, in any unit unless one is named."""
        parts = [
            distribution
            for second in self._between(start, end)
            for own, distribution in self._units[second].items()
            if unit is None or unit == own
        ]
        return Distribution.merged(parts, summary=summary)

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

    def _bound(self) -> None:
        while self._size > MAX_VALUES and len(self._seconds) > 1:
            self._forget(self._seconds[0])

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


class MetricStore:
    """Recorded series by metric. Any thread may read and write; dimensions must be equal, not alike."""

    def __init__(self) -> None:
        self._series: dict[MetricKey, RecordedSeries] = {}
        self._aged_at = 0.0

    def add(
        self, key: MetricKey, value: float, unit: str = "Count", at_epoch_seconds: float | None = None
    ) -> None:
        """Add one value, measured just now unless a time is given. CloudWatch has it at once."""
        now = time.time()
        at = now if at_epoch_seconds is None else at_epoch_seconds
        with _lock:
            self._series_of(key).add(at, unit, float(value))
            self._age_at(now)

    def record(
        self, key: MetricKey, at_epoch_seconds: float, unit: str, distribution: Distribution, *, now: float
    ) -> None:
        """Add what was measured at that time; once a minute, forget what is too old."""
        with _lock:
            self._series_of(key).record(at_epoch_seconds, unit, distribution)
            self._age_at(now)

    def window(
        self, key: MetricKey, start: float, end: float, unit: str | None = None, *, summary: bool = False
    ) -> Distribution | None:
        """Values of `key` from `start` until just before `end`, epoch seconds; None where it has none.

        A `summary` has their count, sum and extremes alone.
        """
        with _lock:
            series = self._series.get(key)
            return None if series is None else series.window(start, end, unit, summary=summary)

    def units(self, key: MetricKey, start: float, end: float) -> list[str]:
        """The units in which `key` was recorded in that time."""
        with _lock:
            series = self._series.get(key)
            return [] if series is None else series.units(start, end)

    def keys(
        self,
        namespace: str | None = None,
        name: str | None = None,
        dimensions: Mapping[str, str | None] | None = None,
    ) -> list[MetricKey]:
        """The metrics that have these names and at least these dimensions, sorted; a value of None is any."""
        with _lock:
            keys = list(self._series)
        wanted = dimensions or {}
        return sorted(
            key
            for key in keys
            if namespace in {None, key.namespace}
            and name in {None, key.name}
            and _has(dict(key.dimensions), wanted)
        )

    def entries(self) -> Iterator[tuple[MetricKey, int, str, Distribution]]:
        """Everything there is, series by series."""
        with _lock:
            copies = [(key, list(series.entries())) for key, series in self._series.items()]
        for key, entries in copies:
            for second, unit, distribution in entries:
                yield key, second, unit, distribution

    def _series_of(self, key: MetricKey) -> RecordedSeries:
        if (series := self._series.get(key)) is None:
            series = self._series[key] = RecordedSeries()
        return series

    def _age_at(self, now: float) -> None:
        if now - self._aged_at < _AGING_INTERVAL_SECONDS:
            return
        self._aged_at = now
        for key, series in list(self._series.items()):
            series.age(now)
            if not len(series):
                del self._series[key]


def dimensions_of(pairs: list[dict[str, str]] | None) -> Dimensions:
    """The API's list of `Name` and `Value` in an order that makes equal ones equal."""
    return tuple(sorted((pair["Name"], pair["Value"]) for pair in pairs or []))


def _has(dimensions: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    return all(name in dimensions and value in {None, dimensions[name]} for name, value in wanted.items())
