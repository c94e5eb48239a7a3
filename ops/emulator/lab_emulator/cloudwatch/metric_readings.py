"""Readings of metrics, the answers of two operations.

GetMetricData reads several metrics and expressions at once, page by page; GetMetricStatistics one
metric's statistics, in each unit in which it was recorded.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore, dimensions_of
from lab_emulator.cloudwatch.paging import position, token_at
from lab_emulator.cloudwatch.period_statistics import Distribution, Grid, percent_of, period_grid, statistic
from lab_emulator.cloudwatch.queries import Queries, Query, check
from lab_emulator.cloudwatch.refusals import (
    InvalidParameterCombination,
    InvalidParameterValue,
    RefusedRequest,
)
from lab_emulator.cloudwatch.timestamps import at

# "MaxDatapoints: … the default is 100,800", "as many as 500 MetricDataQuery structures" (API reference).
MAX_DATAPOINTS_OF_QUERIES = 100_800
MAX_QUERIES = 500
# "A single call to GetMetricStatistics can include as many as 1,440 data points" (API reference).
MAX_DATAPOINTS_OF_METRIC = 1_440

Points = list[tuple[float, float]]


def get_metric_data(store: MetricStore, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a GetMetricData request. Raises RefusedRequest."""
    queries: Sequence[Query] = request["MetricDataQueries"]
    if len(queries) > MAX_QUERIES:
        raise RefusedRequest(
            f"The collection MetricDataQueries must not have more than {MAX_QUERIES} members."
        )
    check(queries)
    ascending = request.get("ScanBy") == "TimestampAscending"
    evaluated = Queries(
        store, queries, lambda period: period_grid(request["StartTime"], request["EndTime"], period)
    )
    lines = [
        (query, series.label, sorted(series.values.items(), reverse=not ascending))
        for query in queries
        if query.get("ReturnData", True)
        for series in evaluated.series(query["Id"])
    ]
    return _page(lines, request.get("MaxDatapoints") or MAX_DATAPOINTS_OF_QUERIES, request.get("NextToken"))


def _page(lines: list[tuple[Query, str, Points]], size: int, token: str | None) -> dict[str, Any]:
    """`size` data points of all lines taken one after the other, from where `token` points."""
    first = offset = position(token)
    results = []
    for query, label, points in lines:
        part = points[max(offset, 0) : max(offset + size, 0)]
        more = len(points) > max(offset + size, 0)
        results.append(_result(query, label, part, "PartialData" if more else "Complete"))
        offset -= len(points)
    answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    if offset + size < 0:
        answer["NextToken"] = token_at(first + size)
    return answer


def _result(query: Query, label: str, points: Points, status: str) -> dict[str, Any]:
    return {
        "Id": query["Id"],
        "Label": label,
        "StatusCode": status,
        "Timestamps": [at(time) for time, _ in points],
        "Values": [value for _, value in points],
    }


def get_metric_statistics(store: MetricStore, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The `Datapoints` of the answer, oldest first. Raises RefusedRequest."""
    plain, extended = request.get("Statistics") or [], request.get("ExtendedStatistics") or []
    if not plain and not extended:
        raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
    if unknown := [name for name in extended if percent_of(name) is None]:
        raise InvalidParameterValue(
            f"The value {unknown[0]} for parameter ExtendedStatistics is not supported."
        )
    grid = period_grid(request["StartTime"], request["EndTime"], request["Period"])
    # AWS counts what is asked for. The grid has one period more where the start is no whole minute.
    asked_for = math.ceil((request["EndTime"] - request["StartTime"]).total_seconds() / request["Period"])
    if asked_for > MAX_DATAPOINTS_OF_METRIC:
        raise InvalidParameterCombination(
            f"You have requested up to {asked_for} datapoints, which exceeds the limit of "
            f"{MAX_DATAPOINTS_OF_METRIC}. You may reduce the datapoints requested by increasing Period, "
            "or decreasing the time range."
        )
    key = MetricKey(request["Namespace"], request["MetricName"], dimensions_of(request.get("Dimensions")))
    return [
        _datapoint(time, unit, found, plain, extended)
        for time, unit, found in _windows(store, key, grid, request.get("Unit"))
    ]


def _windows(
    store: MetricStore, key: MetricKey, grid: Grid, unit: str | None
) -> Iterator[tuple[float, str, Distribution]]:
    """Values recorded in each period, unit by unit."""
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
