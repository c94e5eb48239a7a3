"""Queries of metric data: metrics and expressions over them, evaluated on one stretch of time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lab_emulator.cloudwatch.expressions.evaluation import Surroundings, check_functions, evaluate
from lab_emulator.cloudwatch.expressions.metric_search import parse_search
from lab_emulator.cloudwatch.expressions.operators import Value
from lab_emulator.cloudwatch.expressions.parser import parse, references
from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore, dimensions_of
from lab_emulator.cloudwatch.period_statistics import Grid, TimeSeries, percent_of, statistic
from lab_emulator.cloudwatch.refusals import RefusedRequest

Query = Mapping[str, Any]  # a MetricDataQuery, as the API has it

DEFAULT_PERIOD_SECONDS = 60  # of an expression without metrics and without a period of its own


class Queries:
    """Results of `queries` by id, each worked out once.

    `grid_for` gives the periods to look at for a query's period in seconds.
    """

    def __init__(self, store: MetricStore, queries: Sequence[Query], grid_for: Callable[[int], Grid]) -> None:
        self._store = store
        self._queries = {query["Id"]: query for query in queries}
        self._grid_for = grid_for
        self._labels = default_labels(queries)
        self._results: dict[str, Value] = {}

    def series(self, id_: str) -> list[TimeSeries]:
        """Series that the query of that id yields, labelled: one, or those of an array.

        Raises RefusedRequest where it cannot be evaluated.
        """
        value = self._result(id_)
        if isinstance(value, (int, float)):
            raise RefusedRequest(
                f"The expression {id_} yields a number: TIME_SERIES() makes a time series of it."
            )
        label = self._queries[id_].get("Label")
        if isinstance(value, list):
            return [replace(one, label=f"{label} {one.label}" if label else one.label) for one in value]
        return [replace(value, label=label or self._labels[id_])]

    def _result(self, id_: str) -> Value:
        if id_ not in self._results:
            query = self._queries[id_]
            stat = query.get("MetricStat")
            self._results[id_] = self._expression(query) if stat is None else self._metric(stat)
        return self._results[id_]

    def _metric(self, stat: Mapping[str, Any]) -> TimeSeries:
        metric = stat["Metric"]
        key = MetricKey(metric["Namespace"], metric["MetricName"], dimensions_of(metric.get("Dimensions")))
        return metric_series(self._store, key, stat["Stat"], self._grid_for(stat["Period"]), stat.get("Unit"))

    def _expression(self, query: Query) -> Value:
        around = Surroundings(
            result=self._result,
            metrics=self._metrics,
            search=lambda text, stat, period: self._search(text, stat, period or self._period(query)),
            grid=lambda: self._grid_for(self._period(query)),
        )
        return evaluate(parse(query["Expression"]), around)

    def _metrics(self, text: str) -> list[TimeSeries]:
        """The metrics of the request whose id contains `text`. Expressions are no metrics."""
        ids = [id_ for id_, query in self._queries.items() if "MetricStat" in query and text in id_]
        return [series for id_ in ids for series in self.series(id_)]

    def _search(self, text: str, stat: str, period_seconds: int) -> list[TimeSeries]:
        grid = self._grid_for(period_seconds)
        found = parse_search(text).find(self._store)
        return [
            replace(metric_series(self._store, key, stat, grid), label=_dimension_values(key))
            for key in found
        ]

    def _period(self, query: Query) -> int:
        own = [one["MetricStat"]["Period"] for one in self._queries.values() if "MetricStat" in one]
        return int(query.get("Period") or max(own, default=DEFAULT_PERIOD_SECONDS))


def _dimension_values(key: MetricKey) -> str:
    return " ".join(value for _, value in key.dimensions)


def default_labels(queries: Sequence[Query]) -> dict[str, str]:
    """What each query is called by id where it has no Label: an expression's id, or its metric's name.

    Where results of one name differ in their statistic or their period, that follows: "m Sum", "m 60" or
    "m Sum 60". The API reference does not say so; LocalStack recorded it of AWS (test_label_generation).
    """
    shown: dict[str, list[Mapping[str, Any]]] = {}
    for query in queries:
        if "MetricStat" in query and query.get("ReturnData", True):
            shown.setdefault(query["MetricStat"]["Metric"]["MetricName"], []).append(query["MetricStat"])
    return {query["Id"]: _default_label(query, shown) for query in queries}


def _default_label(query: Query, shown: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    stat = query.get("MetricStat")
    if stat is None:
        return str(query["Id"])
    name = stat["Metric"]["MetricName"]
    alike = shown.get(name, [])
    differing = [member for member in ("Stat", "Period") if len({one[member] for one in alike}) > 1]
    return " ".join([name, *(str(stat[member]) for member in differing)])


def check(queries: Sequence[Query]) -> None:
    """Refuse queries that cannot be evaluated, whatever the data. Raises RefusedRequest."""
    by_id = {query["Id"]: query for query in queries}
    if len(by_id) != len(queries):
        raise RefusedRequest("The values for parameter id in MetricDataQueries must be unique.")
    for query in queries:
        if ("MetricStat" in query) == ("Expression" in query):
            raise RefusedRequest(f"Query {query['Id']} must have either MetricStat or Expression.")
        if "MetricStat" in query:
            statistic(query["MetricStat"]["Stat"])
        else:
            check_functions(parse(query["Expression"]))
            _check_references(query, by_id, ())


def metric_series(
    store: MetricStore, key: MetricKey, stat: str, grid: Grid, unit: str | None = None
) -> TimeSeries:
    """One metric's statistic on `grid`. Raises RefusedRequest for a statistic that is not offered."""
    compute, summary = statistic(stat), percent_of(stat) is None
    series = TimeSeries(grid, label=key.name)
    for time in grid.times():
        found = store.window(key, time, time + grid.period_seconds, unit, summary=summary)
        value = None if found is None else compute(found)
        if found is not None and value is not None:
            series.values[time] = value
            series.sample_counts[time] = found.count
    return series


def _check_references(query: Query, by_id: Mapping[str, Query], above: tuple[str, ...]) -> None:
    if query["Id"] in above:
        raise RefusedRequest(f"Error in expression {query['Id']}: it refers to itself.")
    if "Expression" not in query:
        return
    for id_ in references(parse(query["Expression"])):
        if id_ not in by_id:
            raise RefusedRequest(f"Error in expression {query['Id']}: there is no query {id_}.")
        _check_references(by_id[id_], by_id, (*above, query["Id"]))
