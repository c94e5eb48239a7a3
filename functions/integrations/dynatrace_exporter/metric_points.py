"""Data points of complete periods, as CloudWatch has them now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from functions.integrations.dynatrace_exporter.metric_series import MetricSeries

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

PERIOD_SECONDS = 60
MAX_QUERIES = 500  # of one GetMetricData (its API reference)


class IncompleteData(Exception):
    """CloudWatch answered, but not all that was asked for: what it left out may come at the next run."""


@dataclass(frozen=True)
class Point:
    """`time` is the period's start in epoch seconds; `values` are by statistic."""

    series: MetricSeries
    time: int
    values: Mapping[str, float]

    @property
    def value(self) -> float:
        """Of a gauge or a count, whose statistic is the only one; of a summary, its number of samples."""
        return self.values[self.series.statistics[-1]]


def points(
    cloudwatch: "CloudWatchClient", series: Sequence[MetricSeries], start: int, end: int
) -> Iterator[Point]:
    """Those of the periods from `start` to before `end`. Raises IncompleteData and the SDK's errors."""
    queries = [(each, statistic) for each in series for statistic in each.statistics]
    found: dict[MetricSeries, dict[int, dict[str, float]]] = {}
    for first in range(0, len(queries), MAX_QUERIES):
        _read(cloudwatch, queries[first : first + MAX_QUERIES], start, end, found)
    for each, periods in found.items():
        for time, values in sorted(periods.items()):
            if len(values) == len(each.statistics):
                yield Point(each, time, values)


def _read(
    cloudwatch: "CloudWatchClient",
    queries: Sequence[tuple[MetricSeries, str]],
    start: int,
    end: int,
    found: dict[MetricSeries, dict[int, dict[str, float]]],
) -> None:
    """Page by page: an answer has at most 100,800 points, and then says PartialData."""
    request: Any = {
        "MetricDataQueries": [_query(index, *query) for index, query in enumerate(queries)],
        "StartTime": datetime.fromtimestamp(start, UTC),
        "EndTime": datetime.fromtimestamp(end, UTC),
        "ScanBy": "TimestampAscending",
    }
    while True:
        page = cloudwatch.get_metric_data(**request)
        for result in page["MetricDataResults"]:
            if result.get("StatusCode", "Complete") not in ("Complete", "PartialData"):
                raise IncompleteData(f"CloudWatch answered {result['StatusCode']} for {result['Label']}")
            each, statistic = queries[int(result["Id"][1:])]
            for timestamp, value in zip(result["Timestamps"], result["Values"], strict=True):
                period = found.setdefault(each, {}).setdefault(int(timestamp.timestamp()), {})
                period[statistic] = value
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def _query(index: int, series: MetricSeries, statistic: str) -> Any:
    return {
        "Id": f"m{index}",
        "MetricStat": {"Metric": series.metric(), "Period": PERIOD_SECONDS, "Stat": statistic},
    }
