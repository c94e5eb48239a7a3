"""GetMetricStatistics: one metric's statistics, in each unit in which it was recorded."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lab_emulator.cloudwatch.alarms.timestamps import at
from lab_emulator.cloudwatch.errors import InvalidParameterCombination, InvalidParameterValue
from lab_emulator.cloudwatch.grid import Grid
from lab_emulator.cloudwatch.metric_store import MetricStore, dimensions_of
from lab_emulator.cloudwatch.series import MetricKey
from lab_emulator.cloudwatch.statistics import Distribution, percent_of, statistic

# "A single call to GetMetricStatistics can include as many as 1,440 data points" (API reference).
MAX_DATAPOINTS = 1_440


def get_metric_statistics(store: MetricStore, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The `Datapoints` of the answer, oldest first. Raises InvalidRequest."""
    plain, extended = request.get("Statistics") or [], request.get("ExtendedStatistics") or []
    if not plain and not extended:
        raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
    if unknown := [name for name in extended if percent_of(name) is None]:
        raise InvalidParameterValue(
            f"The value {unknown[0]} for parameter ExtendedStatistics is not supported."
        )
    grid = period_grid(request["StartTime"], request["EndTime"], request["Period"])
    if grid.count > MAX_DATAPOINTS:
        raise InvalidParameterCombination(
            f"You have requested up to {grid.count} datapoints, which exceeds the limit of {MAX_DATAPOINTS}. "
            "You may reduce the datapoints requested by increasing Period, or decreasing the time range."
        )
    key = MetricKey(request["Namespace"], request["MetricName"], dimensions_of(request.get("Dimensions")))
    return [
        _datapoint(time, unit, found, plain, extended)
        for time, unit, found in _windows(store, key, grid, request.get("Unit"))
    ]


def period_grid(start: datetime, end: datetime, period_seconds: int) -> Grid:
    """The periods of a query. Raises InvalidRequest.

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


def _windows(
    store: MetricStore, key: MetricKey, grid: Grid, unit: str | None
) -> Iterator[tuple[float, str, Distribution]]:
    """What was recorded in each period, unit by unit."""
    end = grid.start + grid.count * grid.period_seconds
    units = [unit] if unit else store.units(key, grid.start, end)
    for time in grid.times():
        for one in units:
            if found := store.window(key, time, time + grid.period_seconds, one):
                yield time, one, found


def _datapoint(
    time: float, unit: str, found: Distribution, plain: list[str], extended: list[str]
) -> dict[str, Any]:
    datapoint: dict[str, Any] = {"Timestamp": at(time), "Unit": unit}
    datapoint |= {name: statistic(name)(found) for name in plain}
    percentiles = {name: statistic(name)(found) for name in extended}
    if known := {name: value for name, value in percentiles.items() if value is not None}:
        datapoint["ExtendedStatistics"] = known
    return datapoint
