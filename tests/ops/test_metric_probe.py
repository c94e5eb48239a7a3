"""Probe of metrics: what was counted before it began does not count."""

from datetime import UTC, datetime, timedelta

from botocore.stub import ANY, Stubber

from ops.lab.app.target import Target
from ops.lab.probes import metrics
from ops.lab.probes.metrics import MetricQuery

BEGAN = datetime(2026, 11, 21, 7, 0, 30, tzinfo=UTC)


def test_what_was_counted_before_does_not_count_though_cloudwatch_answers_from_the_full_minute() -> None:
    times = [BEGAN + timedelta(seconds=seconds) for seconds in (-20, 0, 5)]
    result = {"Id": "m0", "Label": "Errors", "Timestamps": times, "Values": [7.0, 1.0, 2.0]}
    target = Target.running("http://127.0.0.1:1")
    with Stubber(target.cloudwatch) as answers:
        answers.add_response(
            "get_metric_data",
            {"MetricDataResults": [result]},
            {"MetricDataQueries": ANY, "StartTime": BEGAN, "EndTime": ANY, "ScanBy": ANY},
        )
        assert metrics.total(target, MetricQuery("lab", "Errors"), BEGAN.timestamp() + 0.4) == 3.0
