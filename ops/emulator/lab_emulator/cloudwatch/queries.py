"""Metric data queries: metrics and expressions over them, evaluated on one stretch of time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lab_emulator.cloudwatch.errors import InvalidRequest
from lab_emulator.cloudwatch.grid import Grid, TimeSeries
from lab_emulator.cloudwatch.metric_store import MetricStore, dimensions_of
from lab_emulator.cloudwatch.series import MetricKey
from lab_emulator.cloudwatch.statistics import statistic

Query = Mapping[str, Any]  # a MetricDataQuery, as the API has it


class Queries:
    """Results of `queries` by id, each worked out once.

    `grid_for` gives the periods to look at for a query's period in seconds.
    """

    def __init__(self, store: MetricStore, queries: Sequence[Query], grid_for: Callable[[int], Grid]) -> None:
        self._store = store
        self._queries = {query["Id"]: query for query in queries}
        self._grid_for = grid_for
        self._results: dict[str, TimeSeries] = {}

    def series(self, id_: str) -> list[TimeSeries]:
        """What the query of that id yields: one series, or those of an array."""
        return [self.result(id_)]

    def result(self, id_: str) -> TimeSeries:
        """What the query of that id yields. Raises InvalidRequest where it cannot be evaluated."""
        if id_ not in self._results:
            self._results[id_] = self._metric(self._queries[id_])
        return self._results[id_]

    def _metric(self, query: Query) -> TimeSeries:
        stat = query.get("MetricStat")
        if stat is None:
            raise InvalidRequest("Metric math expressions are not offered here.")
        grid = self._grid_for(stat["Period"])
        label = query.get("Label") or stat["Metric"]["MetricName"]
        return metric_series(self._store, stat, grid, label)


def metric_series(store: MetricStore, stat: Mapping[str, Any], grid: Grid, label: str) -> TimeSeries:
    """One metric's statistic on `grid`; `stat` is a MetricStat. Raises InvalidRequest."""
    metric = stat["Metric"]
    key = MetricKey(metric["Namespace"], metric["MetricName"], dimensions_of(metric.get("Dimensions")))
    compute = statistic(stat["Stat"])
    series = TimeSeries(grid, label=label)
    for time in grid.times():
        found = store.window(key, time, time + grid.period_seconds, stat.get("Unit"))
        value = None if found is None else compute(found)
        if found is not None and value is not None:
            series.values[time] = value
            series.sample_counts[time] = found.count
    return series
