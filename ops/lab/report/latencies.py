"""Latencies of many requests, as the percentiles that tell them."""

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


def percentile(values: Sequence[float], percent: float) -> float:
    """The least value that so many percent of all do not exceed (nearest rank); 0 where there is none."""
    if not values:
        return 0.0
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(0, rank - 1)]
