"""Spread of durations in seconds: what half of them, most of them and all of them do not exceed."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.report.latencies import percentile


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
