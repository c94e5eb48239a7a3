"""Metrics are read back as they were put: exact dimensions, statistics, expressions, pages."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from tests.emulator.cloudwatch.alarms import Watched, dimensions
from tests.emulator.cloudwatch.conftest import NAMESPACE
from tests.emulator.conftest import Emulator

# Whole minutes that are over, so that a period's data is complete.
START = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=10)


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


class Metric:
    """One metric of queue `orders`, put at given minutes."""

    def __init__(self, cloudwatch: Any, name: str) -> None:
        self.cloudwatch, self.name = cloudwatch, name

    def put(self, at: int, queue: str = "orders", unit: str = "Count", **datum: Any) -> None:
        entry = {
            "MetricName": self.name,
            "Dimensions": dimensions(queue),
            "Timestamp": minute(at) + timedelta(seconds=30),
            "Unit": unit,
            **datum,
        }
        self.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=[entry])

    def statistics(self, *names: str, **more: Any) -> list[dict[str, Any]]:
        found = self.cloudwatch.get_metric_statistics(
            **{
                "Namespace": NAMESPACE,
                "MetricName": self.name,
                "Dimensions": dimensions("orders"),
                "StartTime": minute(0),
                "EndTime": minute(5),
                "Period": 60,
                **({"Statistics": list(names)} if names else {}),
                **more,
            }
        )["Datapoints"]
        return list(found)

    def query(self, id_: str, stat: str = "Sum", queue: str = "orders", **more: Any) -> dict[str, Any]:
        metric = {"Namespace": NAMESPACE, "MetricName": self.name, "Dimensions": dimensions(queue)}
        return {"Id": id_, "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}, **more}

    def data(self, *queries: dict[str, Any], **more: Any) -> dict[str, Any]:
        return dict(
            self.cloudwatch.get_metric_data(
                MetricDataQueries=list(queries), StartTime=minute(0), EndTime=minute(5), **more
            )
        )


@pytest.fixture
def orders(cloudwatch: Any, metric: str) -> Metric:
    return Metric(cloudwatch, metric)


def test_dimensions_must_be_equal_and_not_alike(orders: Metric) -> None:
    orders.put(0, Value=1)
    orders.put(0, queue="orders-dlq", Value=100)
    [point] = orders.statistics("Sum", "SampleCount")
    assert (point["Sum"], point["SampleCount"]) == (1, 1)


def test_values_counts_and_statistic_sets_add_up(orders: Metric) -> None:
    orders.put(0, Values=[1, 5], Counts=[3, 1])
    orders.put(0, StatisticValues={"SampleCount": 2, "Sum": 30, "Minimum": 10, "Maximum": 20})
    [point] = orders.statistics("Sum", "SampleCount", "Minimum", "Maximum", "Average")
    assert point["Timestamp"] == minute(0)
    assert {name: point[name] for name in ("Sum", "SampleCount", "Minimum", "Maximum")} == {
        "Sum": 38,
        "SampleCount": 6,
        "Minimum": 1,
        "Maximum": 20,
    }
    assert point["Average"] == pytest.approx(38 / 6)


@pytest.mark.parametrize(
    ("operation", "request_", "name", "code"),
    [
        (
            "PutMetricData",
            {"Namespace": NAMESPACE, "MetricData": [{"MetricName": "m", "Value": 1, "Values": [1]}]},
            "InvalidParameterCombinationException",
            "InvalidParameterCombination",
        ),
        (
            "SetAlarmState",
            {"AlarmName": "a", "StateValue": "BAD", "StateReason": "r"},
            "ValidationException",
            "ValidationError",
        ),
    ],
)
def test_a_refusal_has_its_modelled_name_in_json_and_its_code_beside_it(
    fast: Emulator, operation: str, request_: Any, name: str, code: str
) -> None:
    """SDKs read the code of what was once a Query service from a header (Smithy, awsQueryCompatible)."""
    answer = _in_json(fast, operation, request_)
    assert answer.status_code == 400
    assert answer.json()["__type"].rpartition("#")[2] == name
    assert answer.headers["x-amzn-query-error"] == f"{code};Sender"


def test_statistics_are_doubles_in_json(fast: Emulator, orders: Metric) -> None:
    orders.put(0, Value=3)
    request: Any = {
        "Namespace": NAMESPACE,
        "MetricName": orders.name,
        "Dimensions": dimensions("orders"),
        "StartTime": minute(0).timestamp(),
        "EndTime": minute(5).timestamp(),
        "Period": 60,
        "Statistics": ["SampleCount", "Sum", "Minimum", "Maximum", "Average"],
    }
    [point] = _in_json(fast, "GetMetricStatistics", request).json()["Datapoints"]
    assert {type(point[name]) for name in request["Statistics"]} == {float}


def _in_json(emulator: Emulator, operation: str, request: Any) -> requests.Response:
    return requests.post(
        emulator.endpoint,
        json=request,
        headers={
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"GraniteServiceVersion20100801.{operation}",
            "x-amzn-query-mode": "true",
            "authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request",
        },
        timeout=60,
    )


def test_percentiles_are_answered(orders: Metric) -> None:
    orders.put(0, Values=list(range(1, 101)))
    [point] = orders.statistics(ExtendedStatistics=["p50", "p99", "p99.9"])
    assert point["ExtendedStatistics"] == {"p50": 50, "p99": 99, "p99.9": 100}


def test_each_unit_has_its_own_datapoints_unless_one_is_asked_for(orders: Metric) -> None:
    orders.put(0, Value=1, unit="Seconds")
    orders.put(0, Value=2, unit="Milliseconds")
    assert {(point["Unit"], point["Sum"]) for point in orders.statistics("Sum")} == {
        ("Seconds", 1),
        ("Milliseconds", 2),
    }
    [point] = orders.statistics("Sum", Unit="Seconds")
    assert point["Sum"] == 1


def test_the_start_is_rounded_down_to_a_minute(orders: Metric) -> None:
    orders.put(0, Value=1)
    [point] = orders.statistics("Sum", StartTime=minute(0) + timedelta(seconds=50))
    assert point["Timestamp"] == minute(0)


def test_several_queries_and_expressions_are_answered_at_once(orders: Metric) -> None:
    for at, (errors, all_) in enumerate([(1, 4), (0, 2), (3, 3)]):
        orders.put(at, Value=errors)
        orders.put(at, queue="all", Value=all_)
    found = orders.data(
        orders.query("errors", ReturnData=False),
        orders.query("all", queue="all", Label="everything"),
        {"Id": "rate", "Expression": "IF(all > 0, 100 * errors / all, 0)", "Label": "errors in %"},
        ScanBy="TimestampAscending",
    )["MetricDataResults"]
    assert [(result["Id"], result["Label"]) for result in found] == [
        ("all", "everything"),
        ("rate", "errors in %"),
    ]
    assert found[1]["Timestamps"] == [minute(0), minute(1), minute(2)]
    assert found[1]["Values"] == [25, 0, 100]
    assert {result["StatusCode"] for result in found} == {"Complete"}


def test_the_newest_datapoint_comes_first_by_default(orders: Metric) -> None:
    orders.put(0, Value=1)
    orders.put(2, Value=2)
    [result] = orders.data(orders.query("m"))["MetricDataResults"]
    assert result["Values"] == [2, 1]


def test_data_comes_in_pages(orders: Metric) -> None:
    for at in range(5):
        orders.put(at, Value=at)
    queries = [orders.query("a"), orders.query("b", stat="Maximum")]
    pages: list[list[int]] = []
    more: dict[str, str] = {}
    while True:
        page = orders.data(*queries, MaxDatapoints=4, **more)
        pages.append([len(result["Values"]) for result in page["MetricDataResults"]])
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert pages == [[4, 0], [1, 3], [0, 2]]


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [("ANOMALY_DETECTION_BAND(m, 2)", "ANOMALY_DETECTION_BAND is not offered"), ("m +", "at its end")],
)
def test_an_expression_that_cannot_be_evaluated_is_refused(
    orders: Metric, expression: str, complaint: str
) -> None:
    with pytest.raises(ClientError, match=complaint) as refused:
        orders.data(orders.query("m"), {"Id": "e", "Expression": expression})
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("stat", ["tm90", "IQM", "TM(2%:98%)", "Sun"])
def test_a_statistic_that_is_not_offered_is_refused(orders: Metric, stat: str) -> None:
    with pytest.raises(ClientError, match=r"is not (offered|supported)"):
        orders.data(orders.query("m", stat=stat))


def test_metrics_are_listed_by_what_they_have(orders: Metric) -> None:
    orders.put(0, Value=1)
    orders.put(0, queue="orders-dlq", Value=1)
    paginator = orders.cloudwatch.get_paginator("list_metrics")

    def listed(**wanted: Any) -> set[str]:
        pages = paginator.paginate(Namespace=NAMESPACE, MetricName=orders.name, **wanted)
        return {metric["Dimensions"][0]["Value"] for page in pages for metric in page["Metrics"]}

    assert listed() == {"orders", "orders-dlq"}
    assert listed(Dimensions=[{"Name": "QueueName"}], RecentlyActive="PT3H") == {"orders", "orders-dlq"}
    assert listed(Dimensions=dimensions("orders")) == {"orders"}
    assert listed(Dimensions=[{"Name": "Queue"}]) == set()


@pytest.mark.parametrize(
    ("datum", "code"),
    [
        ({"Value": 1, "Values": [1]}, "InvalidParameterCombination"),
        ({"Values": [1, 2], "Counts": [1]}, "InvalidParameterValue"),
        ({}, "InvalidParameterValue"),
    ],
)
def test_a_datum_that_contradicts_itself_is_refused(orders: Metric, datum: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        orders.put(0, **datum)


def test_regions_have_metrics_of_their_own(fast: Emulator, orders: Metric) -> None:
    orders.put(0, Value=1)
    elsewhere = boto3.client(
        "cloudwatch",
        endpoint_url=fast.endpoint,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    assert elsewhere.list_metrics(Namespace=NAMESPACE)["Metrics"] == []


def test_the_cost_of_a_put_is_reported(orders: Metric, record_property: Any) -> None:
    watched = Watched(orders.cloudwatch, orders.name)
    milliseconds = []
    for _ in range(100):
        started = time.perf_counter()
        watched.put_data(1)
        milliseconds.append(1000 * (time.perf_counter() - started))
    record_property("PutMetricData, median ms", round(median(milliseconds), 2))
    [point] = orders.statistics(
        "SampleCount", Period=3600, StartTime=minute(0), EndTime=minute(0) + timedelta(hours=1)
    )
    assert point["SampleCount"] == 100
