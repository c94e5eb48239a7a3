"""The functions of metric math that are offered; any other is refused by name."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from lab_emulator.cloudwatch.errors import InvalidRequest
from lab_emulator.cloudwatch.expressions.operators import NO_RESULT, Value, one
from lab_emulator.cloudwatch.grid import TimeSeries

Function = Callable[..., Value]


def _each(compute: Callable[[TimeSeries], TimeSeries]) -> Function:
    """A function of a time series, applied to each series of an array."""

    def function(value: Value) -> Value:
        return [compute(series) for series in value] if isinstance(value, list) else compute(one(value))

    return function


def _pointwise(compute: Callable[[float], float]) -> Function:
    of_series = _each(
        lambda series: _with(series, {time: float(compute(own)) for time, own in _items(series)})
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
    return _with(array[0], values)


def _if(condition: Value, then: Value, otherwise: Value) -> Value:
    """By the condition's own data points; a chosen value that is missing leaves no data point."""
    if isinstance(condition, (int, float)):
        return then if condition else otherwise
    series = one(condition)
    values = {}
    for time, holds in _items(series):
        chosen = then if holds else otherwise
        value = one(chosen).values.get(time) if isinstance(chosen, (TimeSeries, list)) else chosen
        if value is not None:
            values[time] = value
    return _with(series, values)


def _fill(value: Value, filler: Value | str) -> Value:
    """Give every period a value: a number, or REPEAT the one before, or LINEAR between neighbours."""
    if filler == "REPEAT":
        return _each(_repeat)(value)
    if filler == "LINEAR":
        return _each(_interpolate)(value)
    if isinstance(filler, TimeSeries):
        return _each(lambda series: _with(series, filler.values | series.values))(value)
    if isinstance(filler, (int, float)):
        number = float(filler)
        return _each(
            lambda series: _with(series, dict.fromkeys(series.grid.times(), number) | series.values)
        )(value)
    raise InvalidRequest("Error in expression: FILL takes a number, a time series, REPEAT or LINEAR")


def _repeat(series: TimeSeries) -> TimeSeries:
    values: dict[float, float] = {}
    last = None
    for time in series.grid.times():
        last = series.values.get(time, last)
        if last is not None:
            values[time] = last
    return _with(series, values)


def _interpolate(series: TimeSeries) -> TimeSeries:
    values = dict(series.values)
    for (before, low), (after, high) in pairwise(_items(series)):
        for time in series.grid.times():
            if before < time < after:
                values[time] = low + (high - low) * (time - before) / (after - before)
    return _with(series, values)


def _difference(series: TimeSeries) -> TimeSeries:
    return _with(series, {time: value - before for (_, before), (time, value) in pairwise(_items(series))})


def _rate(series: TimeSeries) -> TimeSeries:
    """The change per second, of the seconds that really passed."""
    values = {
        time: (value - low) / (time - before) for (before, low), (time, value) in pairwise(_items(series))
    }
    return _with(series, values)


def _period(value: Value) -> float:
    """Seconds; where alarms pass faster, those that really pass, so that rates are real ones."""
    return float(one(value).grid.period_seconds)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


FUNCTIONS: Mapping[str, Function] = {
    "ABS": _pointwise(abs),
    "AVG": _aggregate(_mean),
    "CEIL": _pointwise(math.ceil),
    "DIFF": _each(_difference),
    "FILL": _fill,
    "FLOOR": _pointwise(math.floor),
    "IF": _if,
    "MAX": _aggregate(max),
    "MIN": _aggregate(min),
    "PERIOD": _period,
    "RATE": _each(_rate),
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
FILLERS = frozenset({"REPEAT", "LINEAR"})


def _items(series: TimeSeries) -> list[tuple[float, float]]:
    return sorted(series.values.items())


def _with(series: TimeSeries, values: Mapping[float, float] | Iterable[tuple[float, float]]) -> TimeSeries:
    return replace(series, values=dict(values), sample_counts={})
