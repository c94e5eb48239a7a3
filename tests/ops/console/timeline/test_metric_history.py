"""History of metrics: what is asked for again, and what is forgotten."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ops.lab.app.target import Target
from ops.lab.console.timeline.metric_history import MetricHistory
from ops.lab.console.timeline.time_span import TimeSpan
from ops.lab.probes.metrics import MetricQuery, data_query

SPAN = TimeSpan("1m", "1 min", 60, 10, 1.0)
QUERIES = [data_query("depth", MetricQuery("AWS/SQS", "Depth", "Maximum"), 10)]


class CloudWatchStub:
    """Answers GetMetricData with a value at each asked period: how often it has been asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, float]] = []

    def get_paginator(self, _: str) -> "CloudWatchStub":
        return self

    def paginate(self, *, StartTime: datetime, EndTime: datetime, **_: Any) -> list[dict[str, Any]]:
        start, end = StartTime.timestamp(), EndTime.timestamp()
        self.asked.append((start, end))
        times = [at for at in range(0, 10_000, 10) if start <= at < end]
        result = {
            "Id": "depth",
            "Label": "Depth",
            "Timestamps": [datetime.fromtimestamp(at, UTC) for at in times],
            "Values": [float(len(self.asked))] * len(times),
            "StatusCode": "Complete",
        }
        return [{"MetricDataResults": [result]}]


@pytest.fixture
def cloudwatch(target: Target) -> CloudWatchStub:
    stub = CloudWatchStub()
    vars(target)["cloudwatch"] = stub
    return stub


def test_only_what_is_new_or_may_still_change_is_asked_for_again(
    target: Target, cloudwatch: CloudWatchStub
) -> None:
    history = MetricHistory(SPAN, lateness=15.0)

    history.read(target, QUERIES, 1_000.0)
    known = history.read(target, QUERIES, 1_020.0)

    assert cloudwatch.asked == [(940.0, 1_010.0), (980.0, 1_030.0)]
    points = known["depth", "Depth"]
    assert points[970.0] == 1.0
    assert points[980.0] == 2.0
    assert min(points) == 960.0, "what is before the span is forgotten"


def test_after_a_pause_longer_than_the_span_all_of_it_is_asked_for(
    target: Target, cloudwatch: CloudWatchStub
) -> None:
    history = MetricHistory(SPAN, lateness=15.0)

    history.read(target, QUERIES, 1_000.0)
    known = history.read(target, QUERIES, 5_000.0)

    assert cloudwatch.asked[1] == (4_940.0, 5_010.0)
    assert set(known["depth", "Depth"].values()) == {2.0}
