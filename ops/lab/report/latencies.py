"""Latencies of many requests, and durations of many looks, as the percentiles that tell them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_MILLISECONDS = 1000


@dataclass(frozen=True)
class Latencies:
    """Percentiles in milliseconds; each is a latency that occurred."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Latencies":
        """Those of requests that took so many seconds each; 0 where there is none."""
        p50, p95, p99 = (round(percentile(seconds, percent) * _MILLISECONDS, 2) for percent in (50, 95, 99))
        return cls(p50, p95, p99)


@dataclass(frozen=True)
class SecondsSpread:
    """Percentiles by nearest rank, and the longest; `count` is of how many. All 0 of none."""

    count: int
    p50: float
    p95: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "SecondsSpread":
        values = (round(percentile(seconds, percent), 2) for percent in (50, 95, 100))
        return cls(len(seconds), *values)

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f} s, p95 {self.p95:.1f}, at most {self.most:.1f}"


def percentile(values: Sequence[float], percent: float) -> float:
    """The least value that so many percent of all do not exceed (nearest rank); 0 where there is none."""
    if not values:
        return 0.0
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(0, rank - 1)]
