"""GetMetricData: several metrics and expressions at once, page by page."""

from collections.abc import Mapping, Sequence
from typing import Any

from lab_emulator.cloudwatch.alarms.timestamps import at
from lab_emulator.cloudwatch.errors import InvalidRequest
from lab_emulator.cloudwatch.metric_statistics import period_grid
from lab_emulator.cloudwatch.metric_store import MetricStore
from lab_emulator.cloudwatch.paging import position, token_at
from lab_emulator.cloudwatch.queries import Queries, Query, check

# "MaxDatapoints: … the default is 100,800", "as many as 500 MetricDataQuery structures" (API reference).
MAX_DATAPOINTS = 100_800
MAX_QUERIES = 500

Points = list[tuple[float, float]]


def get_metric_data(store: MetricStore, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a GetMetricData request. Raises InvalidRequest."""
    queries: Sequence[Query] = request["MetricDataQueries"]
    if len(queries) > MAX_QUERIES:
        raise InvalidRequest(
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
    return _page(lines, request.get("MaxDatapoints") or MAX_DATAPOINTS, request.get("NextToken"))


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
