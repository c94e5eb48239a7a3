"""Stock operations of CloudWatch, which still work: raw metrics, tags, alarms by metric."""

import json
import urllib.request
from typing import Any

import pytest

from tests.emulator.cloudwatch.alarms import Watched, dimensions
from tests.emulator.cloudwatch.conftest import NAMESPACE
from tests.emulator.conftest import Emulator


@pytest.fixture
def watched(cloudwatch: Any, metric: str) -> Watched:
    return Watched(cloudwatch, metric)


def test_raw_metrics_show_every_value(fast: Emulator, watched: Watched) -> None:
    watched.put_data(7)
    with urllib.request.urlopen(f"{fast.endpoint}/_aws/cloudwatch/metrics/raw") as answer:
        [found] = [entry for entry in json.load(answer)["metrics"] if entry["n"] == watched.metric]
    assert (found["ns"], found["v"], found["region"]) == (NAMESPACE, 7, "us-east-1")
    assert found["d"] == [{"n": "QueueName", "v": "orders"}]


def test_an_alarm_keeps_the_tags_that_it_was_created_with(watched: Watched) -> None:
    watched.put_alarm(Tags=[{"Key": "team", "Value": "ingestion"}])
    watched.put_alarm(Tags=[{"Key": "team", "Value": "ignored"}])
    arn = watched.describe()["AlarmArn"]
    assert watched.cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [
        {"Key": "team", "Value": "ingestion"}
    ]


def test_alarms_are_found_by_their_metric(watched: Watched) -> None:
    watched.put_alarm()
    wanted = {"Namespace": NAMESPACE, "MetricName": watched.metric}
    find = watched.cloudwatch.describe_alarms_for_metric
    assert find(**wanted, Dimensions=dimensions("orders"))["MetricAlarms"][0]["AlarmName"] == watched.metric
    assert find(**wanted, Dimensions=dimensions("orders-dlq"))["MetricAlarms"] == []
