"""The text of an alarm's mail, against the example of CloudWatch's documentation."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lab_emulator.cloudwatch.alarms.mail import mail_text

ALARM: dict[str, Any] = {
    "AlarmName": "IngestionLab-lab-DlqDepth",
    "AlarmDescription": "Events failed. Runbook: ops/runbooks/dlq_depth_alarm.md",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:IngestionLab-lab-DlqDepth",
    "StateValue": "ALARM",
    "StateReason": "Threshold Crossed: 1 datapoint [3.0 (21/11/26 06:18:00)] was greater than the threshold.",
    "StateUpdatedTimestamp": datetime(2026, 11, 21, 6, 18, 22, tzinfo=UTC),
    "OKActions": [],
    "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:topic"],
    "InsufficientDataActions": [],
    "EvaluationPeriods": 2,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 0,
}
METRIC: dict[str, Any] = {
    "Namespace": "AWS/SQS",
    "MetricName": "ApproximateNumberOfMessagesVisible",
    "Dimensions": [{"Name": "QueueName", "Value": "dlq"}],
    "Period": 60,
    "Statistic": "Maximum",
}
OLD = {"StateValue": "OK"}


def text(alarm: dict[str, Any]) -> str:
    return mail_text(alarm, OLD, "000000000000", "us-east-1")


def test_an_alarm_on_a_metric() -> None:
    lines = text(ALARM | METRIC).splitlines()
    assert lines[0] == (
        'You are receiving this email because your Amazon CloudWatch Alarm "IngestionLab-lab-DlqDepth" in '
        "the US East (N. Virginia) region has entered the ALARM state, because "
        f'"{ALARM["StateReason"]}" at "Saturday 21 November, 2026 06:18:22 UTC".'
    )
    for line in (
        "- Description:                Events failed. Runbook: ops/runbooks/dlq_depth_alarm.md",
        "- State Change:               OK -> ALARM",
        "- The alarm is in the ALARM state when the metric is GreaterThanThreshold 0.0 for at least 2 of the "
        "last 2 period(s) of 60 seconds.",
        "- Dimensions:                 [QueueName = dlq]",
        "- Unit:                       not specified",
        "- ALARM: [arn:aws:sns:us-east-1:000000000000:topic]",
        "- OK:",
    ):
        assert line in lines


@pytest.mark.parametrize(
    ("watched", "line"),
    [
        ({"AlarmRule": 'ALARM("a")'}, '- ALARM("a")'),
        (
            {
                "Metrics": [
                    {"Id": "e", "Expression": "m * 2"},
                    {"Id": "m", "MetricStat": {"Metric": METRIC, "Period": 60}, "ReturnData": False},
                ]
            },
            "- e: m * 2",
        ),
    ],
)
def test_an_alarm_on_something_else(watched: dict[str, Any], line: str) -> None:
    assert line in text(ALARM | watched).splitlines()
