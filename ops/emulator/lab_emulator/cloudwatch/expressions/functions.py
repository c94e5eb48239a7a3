"""Functions of metric math that are offered; any other is refused by name."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from lab_emulator.cloudwatch.expressions.operators import (
    NO_RESULT,
    Function,
    Value,
    each,
    items,
    one,
    with_values,
)
from lab_emulator.cloudwatch.period_statistics import TimeSeries
from lab_emulator.cloudwatch.refusals import RefusedRequest

# What FILL takes beside a number and a time series.
FILLERS = frozenset({"REPEAT", "LINEAR"})


def _pointwise(compute: Callable[[float], float]) -> Function:
    of_series = each(
        lambda series: with_values(series, {time: float(compute(own)) for time, own in items(series)})
    )

    def function(value: Value) -> Value:
        if isinstance(value, (int, float)):
            return float(compute(value)) if math.isfinite(value) else NO_RESULT
        return of_series(value)

    return function


def _aggregate(compute: Callable[[Sequence[float]], float]) -> Function:
    """Of one series, a number over its time; of an array, a series over its members, with what there is."""

    def function(value: Value) -> Value:
        if isinstance(value, list):
            return _across(compute, value)
        values = list(one(value).values.values())
        return compute(values) if values else NO_RESULT

    return function


def _across(compute: Callable[[Sequence[float]], float], array: list[TimeSeries]) -> Value:
    if not array:
        return []
    times = sorted({time for series in array for time in series.values})
    values = {
        time: compute([series.values[time] for series in array if time in series.values]) for time in times
    }
    return with_values(array[0], values)


def _if(condition: Value, then: Value, otherwise: Value) -> Value:
    """By the condition's own data points; a chosen value that is missing leaves no data point."""
    if isinstance(condition, (int, float)):
        return then if condition else otherwise
    series = one(condition)
    values = {}
    for time, holds in items(series):
        chosen = then if holds else otherwise
        value = one(chosen).values.get(time) if isinstance(chosen, (TimeSeries, list)) else chosen
        if value is not None:
            values[time] = value
    return with_values(series, values)


def _difference(series: TimeSeries) -> TimeSeries:
    return with_values(
        series, {time: value - before for (_, before), (time, value) in pairwise(items(series))}
    )


def _rate(series: TimeSeries) -> TimeSeries:
    """The change per second, of the seconds that really passed."""
    values = {
        time: (value - low) / (time - before) for (before, low), (time, value) in pairwise(items(series))
    }
    return with_values(series, values)


def _period(value: Value) -> float:
    """Seconds; where alarms pass faster, those that really pass, so that rates are real ones."""
    return float(one(value).grid.period_seconds)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


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
    raise RefusedRequest("Error in expression: FILL takes a number, a time series, REPEAT or LINEAR")


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


FUNCTIONS: Mapping[str, Function] = {
    "ABS": _pointwise(abs),
    "AVG": _aggregate(_mean),
    "CEIL": _pointwise(math.ceil),
    "DIFF": each(_difference),
    "FILL": fill,
    "FLOOR": _pointwise(math.floor),
    "IF": _if,
    "MAX": _aggregate(max),
    "MIN": _aggregate(min),
    "PERIOD": _period,
    "RATE": each(_rate),
    "SUM": _aggregate(math.fsum),
}
# How many arguments each takes. METRICS, TIME_SERIES and SEARCH need to know more: see `evaluation`.
ARITY: Mapping[str, tuple[int, int]] = {
    "ABS": (1, 1),
    "AVG": (1, 1),
    "CEIL": (1, 1),
    "DIFF": (1, 1),
    "FILL": (2, 2),
    "FLOOR": (1, 1),
    "IF": (3, 3),
    "MAX": (1, 1),
    "METRICS": (0, 1),
    "MIN": (1, 1),
    "PERIOD": (1, 1),
    "RATE": (1, 1),
    "SEARCH": (2, 3),
    "SUM": (1, 1),
    "TIME_SERIES": (1, 1),
}
