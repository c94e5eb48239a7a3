"""Answers of GetMetricData and GetMetricStatistics: labels, and how much may be asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lab_emulator.cloudwatch.metric_readings import get_metric_data, get_metric_statistics
from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.period_statistics import Distribution
from lab_emulator.cloudwatch.refusals import InvalidParameterCombination

START = datetime(2026, 11, 21, 6, 18, 7, tzinfo=UTC)  # no whole minute


@pytest.fixture
def store() -> MetricStore:
    store = MetricStore()
    at = START.timestamp()
    store.record(MetricKey("N", "m", ()), at, "Seconds", Distribution({3: 1}), now=at)
    return store


def labels(store: MetricStore, *queries: tuple[str, int], **more: Any) -> list[str]:
    metric = {"Namespace": "N", "MetricName": "m"}
    request = {
        "StartTime": START - timedelta(minutes=1),
        "EndTime": START + timedelta(minutes=1),
        "MetricDataQueries": [
            {"Id": f"q{place}", "MetricStat": {"Metric": metric, "Stat": stat, "Period": period}, **more}
            for place, (stat, period) in enumerate(queries)
        ],
    }
    return [result["Label"] for result in get_metric_data(store, request)["MetricDataResults"]]


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        # As AWS labelled them for LocalStack's test_label_generation.
        ([("Sum", 60), ("Minimum", 30)], ["m Sum 60", "m Minimum 30"]),
        ([("Sum", 60), ("Minimum", 60)], ["m Sum", "m Minimum"]),
        ([("Sum", 60), ("Sum", 30)], ["m 60", "m 30"]),
        ([("Sum", 60), ("Sum", 60)], ["m", "m"]),
        ([("Sum", 60)], ["m"]),
    ],
)
def test_a_label_names_what_tells_the_queries_apart(
    store: MetricStore, queries: list[tuple[str, int]], expected: list[str]
) -> None:
    assert labels(store, *queries) == expected


def test_a_label_that_is_given_stays_as_it_is(store: MetricStore) -> None:
    assert labels(store, ("Sum", 60), ("Minimum", 30), Label="mine") == ["mine", "mine"]


def statistics(store: MetricStore, span: timedelta, period: int) -> list[dict[str, Any]]:
    request = {
        "Namespace": "N",
        "MetricName": "m",
        "StartTime": START,
        "EndTime": START + span,
        "Period": period,
        "Statistics": ["Sum"],
    }
    return get_metric_statistics(store, request)


def test_a_day_of_minutes_may_be_asked_for_from_any_second_on(store: MetricStore) -> None:
    [point] = statistics(store, timedelta(days=1), 60)
    assert point["Sum"] == 3


@pytest.mark.parametrize(
    ("span", "period", "count"), [(timedelta(days=1), 1, 86_400), (timedelta(days=1, minutes=1), 60, 1_441)]
)
def test_more_datapoints_are_refused_with_their_number(
    store: MetricStore, span: timedelta, period: int, count: int
) -> None:
    with pytest.raises(InvalidParameterCombination, match=f"requested up to {count} datapoints, .* of 1440"):
        statistics(store, span, period)
