"""What functions of time series have in common."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from lab_emulator.cloudwatch.expressions.operators import Value, one
from lab_emulator.cloudwatch.grid import TimeSeries

Function = Callable[..., Value]


def each(compute: Callable[[TimeSeries], TimeSeries]) -> Function:
    """A function of a time series, applied to each series of an array."""

    def function(value: Value) -> Value:
        return [compute(series) for series in value] if isinstance(value, list) else compute(one(value))

    return function


def items(series: TimeSeries) -> list[tuple[float, float]]:
    """Times and values, oldest first."""
    return sorted(series.values.items())


def with_values(
    series: TimeSeries, values: Mapping[float, float] | Iterable[tuple[float, float]]
) -> TimeSeries:
    """`series` with other values, which no samples stand behind."""
    return replace(series, values=dict(values), sample_counts={})
