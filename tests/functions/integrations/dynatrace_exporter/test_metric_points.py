"""GetMetricData: paged, in groups, and complete or not at all."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.integrations.dynatrace_exporter.metric_points import MAX_QUERIES, IncompleteData, points
from functions.integrations.dynatrace_exporter.metric_series import MetricSeries
from functions.integrations.dynatrace_exporter.metrics import Kind
from tests.functions.doubles import StubClient

T = 1_800_000_000


def series(name: str, kind: Kind = Kind.COUNT) -> MetricSeries:
    return MetricSeries(name, kind, "AWS/SQS", name, (("QueueName", "q"),))


def result(id_: str, values: dict[int, float], status: str = "Complete") -> dict[str, Any]:
    times = [datetime.fromtimestamp(each, UTC) for each in values]
    return {
        "Id": id_,
        "Label": id_,
        "Timestamps": times,
        "Values": list(values.values()),
        "StatusCode": status,
    }


def client_of(*pages: dict[str, Any]) -> Any:
    answers = iter(pages)
    return StubClient(get_metric_data=lambda **_: next(answers))


def test_pages_are_put_together() -> None:
    client = client_of(
        {"MetricDataResults": [result("m0", {T: 1.0}, "PartialData")], "NextToken": "more"},
        {"MetricDataResults": [result("m0", {T + 60: 2.0}), result("m1", {T: 7.0})]},
    )
    found = list(points(client, [series("Sent"), series("Deleted")], T, T + 120))
    assert [(each.series.name, each.time, each.value) for each in found] == [
        ("Sent", T, 1.0),
        ("Sent", T + 60, 2.0),
        ("Deleted", T, 7.0),
    ]
    first, second = (parameters for _, parameters in client.calls)
    assert first["EndTime"] == datetime.fromtimestamp(T + 120, UTC)
    assert second == first | {"NextToken": "more"}


def test_a_summary_needs_all_its_statistics() -> None:
    whole = [result(f"m{index}", {T: float(index), T + 60: 1.0} if index else {T: 0.0}) for index in range(4)]
    client = client_of({"MetricDataResults": whole})
    (point,) = points(client, [series("Duration", Kind.SUMMARY)], T, T + 120)
    assert point.values == {"Minimum": 0.0, "Maximum": 1.0, "Sum": 2.0, "SampleCount": 3.0}


def test_queries_go_in_groups_that_one_call_takes() -> None:
    many = [series(f"Metric{index}") for index in range(MAX_QUERIES + 1)]
    client = client_of(
        {"MetricDataResults": [result("m0", {T: 1.0})]}, {"MetricDataResults": [result("m0", {T: 2.0})]}
    )
    found = list(points(client, many, T, T + 60))
    assert [(each.series.name, each.value) for each in found] == [("Metric0", 1.0), ("Metric500", 2.0)]
    assert [len(parameters["MetricDataQueries"]) for _, parameters in client.calls] == [500, 1]


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_what_cloudwatch_could_not_answer_is_not_taken_for_nothing(status: str) -> None:
    client = client_of({"MetricDataResults": [result("m0", {}, status)]})
    with pytest.raises(IncompleteData, match=status):
        list(points(client, [series("Sent")], T, T + 60))
