"""FILL: what stands in for missing data points."""

from itertools import pairwise

from lab_emulator.cloudwatch.errors import InvalidRequest
from lab_emulator.cloudwatch.expressions.operators import Value
from lab_emulator.cloudwatch.expressions.series_functions import each, items, with_values
from lab_emulator.cloudwatch.grid import TimeSeries

FILLERS = frozenset({"REPEAT", "LINEAR"})


def fill(value: Value, filler: Value | str) -> Value:
    """Give every period a value: a number, or REPEAT the one before, or LINEAR between neighbours."""
    if filler == "REPEAT":
        return each(_repeat)(value)
    if filler == "LINEAR":
        return each(_interpolate)(value)
    if isinstance(filler, TimeSeries):
        return each(lambda series: with_values(series, filler.values | series.values))(value)
    if isinstance(filler, (int, float)):
        number = float(filler)
        return each(
            lambda series: with_values(series, dict.fromkeys(series.grid.times(), number) | series.values)
        )(value)
    raise InvalidRequest("Error in expression: FILL takes a number, a time series, REPEAT or LINEAR")


def _repeat(series: TimeSeries) -> TimeSeries:
    values: dict[float, float] = {}
    last = None
    for time in series.grid.times():
        last = series.values.get(time, last)
        if last is not None:
            values[time] = last
    return with_values(series, values)


def _interpolate(series: TimeSeries) -> TimeSeries:
    values = dict(series.values)
    for (before, low), (after, high) in pairwise(items(series)):
        for time in series.grid.times():
            if before < time < after:
                values[time] = low + (high - low) * (time - before) / (after - before)
    return with_values(series, values)
