"""The metrics of one account in one region."""

import threading
from collections.abc import Iterator, Mapping

from lab_emulator.cloudwatch.series import Dimensions, MetricKey, Series
from lab_emulator.cloudwatch.statistics import Distribution

_AGING_INTERVAL_SECONDS = 60
# One lock for all stores, outside of them: they are pickled where LocalStack saves its state.
_lock = threading.RLock()


class MetricStore:
    """Series by metric. Any thread may read and write; dimensions must be equal, not alike."""

    def __init__(self) -> None:
        self._series: dict[MetricKey, Series] = {}
        self._aged_at = 0.0

    def record(
        self, key: MetricKey, at_epoch_seconds: float, unit: str, distribution: Distribution, *, now: float
    ) -> None:
        """Add what was measured at that time; once a minute, forget what is too old."""
        with _lock:
            self._series.setdefault(key, Series()).record(at_epoch_seconds, unit, distribution)
            if now - self._aged_at >= _AGING_INTERVAL_SECONDS:
                self._aged_at = now
                self._age(now)

    def window(
        self, key: MetricKey, start: float, end: float, unit: str | None = None
    ) -> Distribution | None:
        """What `key` has from `start` until just before `end`, epoch seconds; None where it has nothing."""
        with _lock:
            series = self._series.get(key)
            return None if series is None else series.window(start, end, unit)

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

    def clear(self) -> None:
        """Forget everything."""
        with _lock:
            self._series.clear()

    def _age(self, now: float) -> None:
        for key, series in list(self._series.items()):
            series.age(now)
            if not len(series):
                del self._series[key]


def dimensions_of(pairs: list[dict[str, str]] | None) -> Dimensions:
    """The API's list of `Name` and `Value` in an order that makes equal ones equal."""
    return tuple(sorted((pair["Name"], pair["Value"]) for pair in pairs or []))


def _has(dimensions: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    return all(name in dimensions and value in {None, dimensions[name]} for name, value in wanted.items())
