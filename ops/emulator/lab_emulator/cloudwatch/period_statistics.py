"""Statistics of a period: counts, sums, extremes and percentiles of its values, and a row of such periods."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lab_emulator.cloudwatch.refusals import InvalidParameterValue, RefusedRequest

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
# Trimmed mean and its kin, which CloudWatch has (user guide, "CloudWatch statistics definitions").
_NOT_OFFERED = re.compile(r"(tm|wm|tc|ts|TM|WM|TC|TS|PR)[\d(].*|IQM")


class Distribution:
    """Values with how often each occurred. A StatisticSet has counts and extremes, and hides its values."""

    __slots__ = ("count", "maximum", "minimum", "total", "values")

    def __init__(self, values: Mapping[float, float]) -> None:
        """`values` maps each value to its count; it must not be empty."""
        self.values: dict[float, float] | None = dict(values)
        self.count = sum(values.values())
        self.total = sum(value * count for value, count in values.items())
        self.minimum = min(values)
        self.maximum = max(values)

    @classmethod
    def of_set(cls, *, count: float, total: float, minimum: float, maximum: float) -> "Distribution":
        """A StatisticSet. Its values are known only where they are all the same, as on AWS."""
        distribution = cls({minimum: count})
        distribution.total, distribution.maximum = total, maximum
        if minimum != maximum:
            distribution.values = None
        return distribution

    @classmethod
    def merged(cls, parts: Iterable["Distribution"], *, summary: bool = False) -> "Distribution | None":
        """All of `parts` taken together; None where there are none. A `summary` hides the values, which takes
        a third of the time where there are many parts."""
        merged: Distribution | None = None
        for part in parts:
            merged = part.copy(summary=summary) if merged is None else merged.add(part)
        return merged

    def copy(self, *, summary: bool = False) -> "Distribution":
        twin = Distribution.__new__(Distribution)
        twin.values = None if summary or self.values is None else dict(self.values)
        twin.count, twin.total = self.count, self.total
        twin.minimum, twin.maximum = self.minimum, self.maximum
        return twin

    def add(self, other: "Distribution") -> "Distribution":
        """Take in `other`, and return this one."""
        if self.values is None or other.values is None:
            self.values = None
        else:
            for value, count in other.values.items():
                self.values[value] = self.values.get(value, 0) + count
        self.count += other.count
        self.total += other.total
        if other.minimum < self.minimum:
            self.minimum = other.minimum
        if other.maximum > self.maximum:
            self.maximum = other.maximum
        return self

    def count_in(self, value: float) -> None:
        """Take in one value that occurred once: what `add` does, without a distribution of it."""
        if self.values is not None:
            self.values[value] = self.values.get(value, 0) + 1
        self.count += 1
        self.total += value
        if value < self.minimum:
            self.minimum = value
        if value > self.maximum:
            self.maximum = value

    def percentile(self, percent: float) -> float | None:
        """The least value with at least `percent` % of the samples at or below it; None if values are hidden.

        That is the nearest-rank method; CloudWatch does not say how it interpolates, if it does.
        """
        if self.values is None:
            return None
        wanted, seen = self.count * percent / 100, 0.0
        for value in sorted(self.values):
            seen += self.values[value]
            if seen >= wanted:
                return value
        return self.maximum


Statistic = Callable[[Distribution], float | None]

# Doubles all of them, counts too: JSON has 10.0 where AWS has it.
_BY_NAME: dict[str, Statistic] = {
    "Average": lambda distribution: distribution.total / distribution.count,
    "Maximum": lambda distribution: float(distribution.maximum),
    "Minimum": lambda distribution: float(distribution.minimum),
    "SampleCount": lambda distribution: float(distribution.count),
    "Sum": lambda distribution: float(distribution.total),
}


def statistic(name: str) -> Statistic:
    """The statistic of that name. Raises RefusedRequest for one that is not offered or does not exist."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    percent = percent_of(name)
    if percent is not None:
        return lambda distribution: distribution.percentile(percent)
    if _NOT_OFFERED.fullmatch(name):
        raise RefusedRequest(f"The statistic {name} is not offered here: take Average, Sum or a percentile.")
    raise RefusedRequest(f"The value {name} for parameter Stat is not supported.")


def percent_of(name: str) -> float | None:
    """The percentage of a percentile's name, 99.9 for `p99.9`; None for any other statistic."""
    match = _PERCENTILE.fullmatch(name)
    return float(match[1]) if match else None


@dataclass(frozen=True)
class Grid:
    """Grid of time: `count` periods in a row, the first of which begins at `start`; epoch seconds."""

    start: float
    period_seconds: float
    count: int

    def times(self) -> list[float]:
        """Beginnings of the periods, oldest first. The same grid gives the very same numbers."""
        return [self.start + index * self.period_seconds for index in range(self.count)]


@dataclass(frozen=True)
class TimeSeries:
    """Time series: values by the beginning of their period; a period without a value is missing."""

    grid: Grid
    values: dict[float, float] = field(default_factory=dict)
    label: str = ""
    sample_counts: dict[float, float] = field(default_factory=dict)


def period_grid(start: datetime, end: datetime, period_seconds: int) -> Grid:
    """The periods of a query. Raises RefusedRequest.

    The start is rounded down: "to the nearest whole minute", or with shorter periods to a whole one of
    those (API reference, GetMetricStatistics and GetMetricData).
    """
    if period_seconds < 1 or (period_seconds >= 60 and period_seconds % 60):
        raise InvalidParameterValue("Period must be 1, 5, 10, 20, 30, or any multiple of 60.")
    if end <= start:
        raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
    unit = min(period_seconds, 60)
    first = start.timestamp() // unit * unit
    return Grid(first, period_seconds, math.ceil((end.timestamp() - first) / period_seconds))
