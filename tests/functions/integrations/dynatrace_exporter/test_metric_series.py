"""From what the app wrote down to time series."""

from typing import Any

from functions.integrations.dynatrace_exporter.metric_series import MetricSeries, all_series
from functions.integrations.dynatrace_exporter.metrics import FAMILIES, Kind, LabMetric, lab_key, snake_case
from functions.integrations.dynatrace_exporter.resources import Resources
from tests.functions.doubles import StubClient


def series_of(resources: Resources, *pages: dict[str, Any]) -> list[MetricSeries]:
    answers = iter(pages)
    client: Any = StubClient(list_metrics=lambda **_: next(answers))
    return all_series(client, [Resources.from_json(resources.to_json())], "dev")


def test_what_the_app_writes_is_what_the_exporter_reads() -> None:
    resources = Resources(
        pipeline="ingestion",
        queues={"events": "q"},
        functions={"worker": "f"},
        apis={"http": "a"},
        state_machines={"workflow": "arn"},
        lab=[LabMetric("IngestionLab/dev", "Errors", Kind.COUNT, "ErrorType")],
    )
    assert Resources.from_json(resources.to_json()) == resources


def test_each_resource_has_every_metric_of_its_family() -> None:
    found = series_of(Resources(pipeline="ingestion", queues={"dlq": "physical-name"}))
    assert [each.name for each in found] == [metric.name for metric in FAMILIES["queues"].metrics]
    assert found[0] == MetricSeries(
        'ingestionlab.queue.visible,env="dev",pipeline="ingestion",queue="dlq"',
        Kind.GAUGE,
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        (("QueueName", "physical-name"),),
    )


def test_a_lab_metric_without_dimension_is_one_series() -> None:
    (found,) = series_of(Resources(pipeline="ingestion", lab=[LabMetric("IngestionLab/dev", "Processed")]))
    assert found.prefix == 'ingestionlab.processed.count,env="dev",pipeline="ingestion"'
    assert found.dimensions == ()


def test_of_a_lab_metric_with_dimension_there_is_one_series_for_each_value_on_every_page() -> None:
    def page(*values: str, **token: str) -> dict[str, Any]:
        metrics = [{"Dimensions": [{"Name": "ErrorType", "Value": value}]} for value in values]
        return {"Metrics": metrics, **token}

    other = {"Metrics": [{"Dimensions": [{"Name": "ErrorType", "Value": "x"}, {"Name": "b", "Value": "y"}]}]}
    found = series_of(
        Resources(
            pipeline="ingestion", lab=[LabMetric("IngestionLab/dev", "Errors", Kind.COUNT, "ErrorType")]
        ),
        page("Timeout", NextToken="1"),
        page("InvalidJson", NextToken="2"),
        other,
    )
    assert [each.prefix.rsplit(",", 1)[1] for each in found] == [
        'error_type="InvalidJson"',
        'error_type="Timeout"',
    ]
    assert found[0].dimensions == (("ErrorType", "InvalidJson"),)


def test_names_become_snake_case_and_counts_say_so() -> None:
    assert snake_case("IdempotencyHits") == "idempotency_hits"
    assert lab_key("CircuitOpened") == "ingestionlab.circuit_opened.count"
    assert lab_key("RowsPerSecond", Kind.GAUGE) == "ingestionlab.rows_per_second"


def test_no_two_metrics_share_a_key() -> None:
    keys = [metric.key for family in FAMILIES.values() for metric in family.metrics]
    assert len(set(keys)) == len(keys)
    counts = {
        metric.key for family in FAMILIES.values() for metric in family.metrics if metric.kind is Kind.COUNT
    }
    assert {key for key in keys if key.endswith(".count")} == counts
