"""GetMetricStatistics and GetMetricData: how much may be asked for, and what answers are called."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lab_emulator.cloudwatch.metric_readings import get_metric_data, get_metric_statistics
from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.period_statistics import Distribution
from lab_emulator.cloudwatch.refusals import InvalidParameterCombination

BEGIN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store() -> MetricStore:
    store = MetricStore()
    time = BEGIN.timestamp() + 3600
    store.record(MetricKey("N", "m", ()), time, "Count", Distribution({5: 1}), now=time)
    return store


def statistics(store: MetricStore, start: datetime, end: datetime, period: int) -> list[dict[str, Any]]:
    request = {"Namespace": "N", "MetricName": "m", "Statistics": ["Sum"]}
    return get_metric_statistics(store, request | {"StartTime": start, "EndTime": end, "Period": period})


@pytest.mark.parametrize("offset_seconds", [0, 1, 30, 59])
@pytest.mark.parametrize("period", [60, 120])
def test_as_many_datapoints_as_aws_allows_whenever_they_start(
    store: MetricStore, offset_seconds: int, period: int
) -> None:
    start = BEGIN + timedelta(seconds=offset_seconds)
    [point] = statistics(store, start, start + DAY * period / 60, period)
    assert point["Sum"] == 5


def test_one_datapoint_more_is_refused(store: MetricStore) -> None:
    with pytest.raises(InvalidParameterCombination, match="up to 1441 datapoints"):
        statistics(store, BEGIN, BEGIN + DAY + timedelta(seconds=1), 60)
    with pytest.raises(InvalidParameterCombination, match="up to 2880 datapoints"):
        statistics(store, BEGIN, BEGIN + DAY, 30)


def query(id_: str, name: str = "m", stat: str = "Sum", period: int = 60, **options: Any) -> dict[str, Any]:
    metric = {"Namespace": "N", "MetricName": name}
    return {"Id": id_, "MetricStat": {"Metric": metric, "Stat": stat, "Period": period}} | options


def labels(store: MetricStore, *queries: dict[str, Any]) -> list[str]:
    request = {"MetricDataQueries": queries, "StartTime": BEGIN, "EndTime": BEGIN + timedelta(hours=2)}
    return [result["Label"] for result in get_metric_data(store, request)["MetricDataResults"]]


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        ([query("a")], ["m"]),
        ([query("a"), query("b")], ["m", "m"]),
        ([query("a"), query("b", stat="Minimum")], ["m Sum", "m Minimum"]),
        ([query("a"), query("b", period=30)], ["m 60", "m 30"]),
        ([query("a"), query("b", stat="Minimum", period=30)], ["m Sum 60", "m Minimum 30"]),
        ([query("a"), query("b", name="other", stat="Minimum")], ["m", "other"]),
        ([query("a", Label="mine"), query("b", stat="Minimum")], ["mine", "m Minimum"]),
        ([query("a", ReturnData=False), query("b", stat="Minimum")], ["m"]),
        ([query("a"), {"Id": "e", "Expression": "a * 2"}], ["m", "e"]),
    ],
)
def test_a_label_that_is_left_out_names_what_differs(
    store: MetricStore, queries: list[dict[str, Any]], expected: list[str]
) -> None:
    assert labels(store, *queries) == expected
