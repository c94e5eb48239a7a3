"""Operators of expressions, between numbers and between time series, and what functions share with them."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from lab_emulator.cloudwatch.period_statistics import TimeSeries
from lab_emulator.cloudwatch.refusals import RefusedRequest

Operation = Callable[[float, float], float]
Value = float | TimeSeries | list[TimeSeries]
Function = Callable[..., Value]

NO_RESULT = math.nan  # a number that cannot be had, such as the sum of a time series without data

OPERATIONS: dict[str, Operation] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "==": lambda left, right: float(left == right),
    "!=": lambda left, right: float(left != right),
    "<": lambda left, right: float(left < right),
    "<=": lambda left, right: float(left <= right),
    ">": lambda left, right: float(left > right),
    ">=": lambda left, right: float(left >= right),
    "&&": lambda left, right: float(bool(left) and bool(right)),
    "||": lambda left, right: float(bool(left) or bool(right)),
}


def combine(operation: Operation, left: Value, right: Value) -> Value:
    """Apply `operation`; between series where both have a value, on an array to each of its series."""
    if isinstance(left, list) and isinstance(right, list):
        raise RefusedRequest("Error in expression: an operator takes one array, not two")
    if isinstance(left, list):
        return [one(combine(operation, series, right)) for series in left]
    if isinstance(right, list):
        return [one(combine(operation, left, series)) for series in right]
    if isinstance(left, TimeSeries):
        return _of_series(operation, left, right)
    if isinstance(right, TimeSeries):
        return _of_series(lambda own, other: operation(other, own), right, left)
    result = _applied(operation, left, right)
    return NO_RESULT if result is None else result


def one(value: Value) -> TimeSeries:
    """`value`, which has to be a time series. Raises RefusedRequest."""
    if not isinstance(value, TimeSeries):
        kind = "an array" if isinstance(value, list) else "a number"
        raise RefusedRequest(f"Error in expression: a time series is expected, and there is {kind}")
    return value


def _of_series(operation: Operation, series: TimeSeries, other: float | TimeSeries) -> TimeSeries:
    values = {}
    for time, value in series.values.items():
        partner = other.values.get(time) if isinstance(other, TimeSeries) else other
        result = None if partner is None else _applied(operation, value, partner)
        if result is not None:
            values[time] = result
    return replace(series, values=values, sample_counts={})


def _applied(operation: Operation, left: float, right: float) -> float | None:
    """The result, or None where there is none: a division by zero leaves no data point."""
    if not (math.isfinite(left) and math.isfinite(right)):
        return None
    try:
        result = operation(left, right)
    except (ArithmeticError, ValueError):
        return None
    return result if isinstance(result, (int, float)) and math.isfinite(result) else None


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
