"""A drill gets the time that the target's retries and alarms need."""

import json

import pytest

from ops.lab.app.target import Target
from ops.lab.drills import patience
from ops.lab.drills.ingestion_pipeline import INGESTION


@pytest.fixture
def paced(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """An emulator with the scenarios' settings."""
    monkeypatch.setattr(target, "endpoint", "http://127.0.0.1:9")
    monkeypatch.setattr(patience, "speed_of", lambda _: 20.0)
    _set_queue(target, visibility_seconds=19, deliveries=2)
    target.cloudwatch.put_metric_alarm(
        AlarmName="dlq-depth",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Maximum",
    )
    target.stacks().outputs["DlqDepthAlarmName"] = "dlq-depth"
    return target


def _set_queue(target: Target, *, visibility_seconds: int, deliveries: int) -> None:
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": deliveries}
    target.sqs.set_queue_attributes(
        QueueUrl=target.output("QueueUrl"),
        Attributes={"VisibilityTimeout": str(visibility_seconds), "RedrivePolicy": json.dumps(policy)},
    )


def test_the_scenarios_settings_are_what_drills_are_meant_for(paced: Target) -> None:
    assert patience.patience_for(paced, INGESTION) == 1


def test_longer_retries_take_more_patience(paced: Target) -> None:
    _set_queue(paced, visibility_seconds=180, deliveries=5)
    assert patience.patience_for(paced, INGESTION) == 22.5


def test_slower_alarms_take_more_patience(paced: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "speed_of", lambda _: 1.0)
    assert patience.patience_for(paced, INGESTION) == 3.3


def test_a_lab_with_long_clocks_says_how_to_get_short_ones(
    paced: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert patience.in_words(1.4, paced) == "1.4 x"
    assert patience.in_words(22.8, paced).endswith("lab up -c envName=lab")
    monkeypatch.setattr(paced, "endpoint", None)
    assert patience.in_words(22.8, paced) == "22.8 x"


def test_aws_takes_ten_times_as_much(paced: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paced, "endpoint", None)
    assert patience.patience_for(paced, INGESTION) == 10
