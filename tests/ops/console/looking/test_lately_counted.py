"""What was counted lately, and when last, by what GetMetricData tells."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from ops.lab.app.target import Target
from ops.lab.console.looking import lately_counted
from ops.lab.console.looking.lately_counted import count_lately
from ops.lab.probes.metric_series import DatedSeries
from ops.lab.probes.metrics import of_lab

NOW = 6_030.0


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, int], dict[float, float]]:
    """What a metric is said to have counted, by its name and the period that it is asked for by."""
    points: dict[tuple[str, int], dict[float, float]] = {}

    def read_series(_: Target, queries: Sequence[Any], start: float, end: float) -> list[DatedSeries]:
        assert (start, end) == (5_400.0, NOW + 60)
        assert len({query["Id"] for query in queries}) == len(queries)
        known = {
            query["Id"]: (query["MetricStat"]["Metric"]["MetricName"], query["MetricStat"]["Period"])
            for query in queries
        }
        return [DatedSeries(id_, "", points[key]) for id_, key in known.items() if key in points]

    monkeypatch.setattr(lately_counted, "read_series", read_series)
    monkeypatch.setattr(lately_counted, "time", SimpleNamespace(time=lambda: NOW))
    return points


def test_in_the_lab_the_last_time_is_told_to_some_seconds(
    told: dict[tuple[str, int], dict[float, float]], target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "endpoint", "http://127.0.0.1:9")
    told["FailedAttempts", 60] = {5_820.0: 3.0, 5_880.0: 1.0, 5_940.0: 0.0}
    told["FailedAttempts", 5] = {5_820.0: 3.0, 5_925.0: 1.0, 5_940.0: 0.0}
    told["Processed", 60] = {6_000.0: 7.0}
    told["Processed", 5] = {6_025.0: 7.0, 6_030.0: 1.0}
    queries = {"failed_attempts": of_lab(target, "FailedAttempts"), "processed": of_lab(target, "Processed")}
    lately = count_lately(target, queries | {"other": of_lab(target, "Other")}, 600.0)
    assert lately.sums == {"failed_attempts": 4.0, "processed": 7.0, "other": 0}
    assert lately.last == {"failed_attempts": 5_930.0, "processed": NOW}


def test_on_aws_it_is_told_to_the_minute_and_no_metric_is_asked_for_twice(
    told: dict[tuple[str, int], dict[float, float]], target: Target
) -> None:
    told["FailedAttempts", 60] = {5_820.0: 3.0}
    lately = count_lately(target, {"failed_attempts": of_lab(target, "FailedAttempts")}, 600.0)
    assert lately.sums == {"failed_attempts": 3.0}
    assert lately.last == {"failed_attempts": 5_880.0}
