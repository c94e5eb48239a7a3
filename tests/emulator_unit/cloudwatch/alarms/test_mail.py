"""The text of an alarm's mail, line by line as AWS sends it."""

import json
from datetime import UTC, datetime
from typing import Any

from lab_emulator.cloudwatch.alarms.mail import mail_text

ALARM: dict[str, Any] = {
    "AlarmName": "IngestionLab-lab-DlqDepth",
    "AlarmDescription": "Events failed. Runbook: ops/runbooks/dlq_depth_alarm.md",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:IngestionLab-lab-DlqDepth",
    "StateValue": "ALARM",
    "StateReason": "Threshold Crossed: 1 datapoint [3.0 (21/11/26 06:18:00)] was greater than the threshold.",
    "StateUpdatedTimestamp": datetime(2026, 11, 21, 6, 18, 22, tzinfo=UTC),
    "OKActions": [],
    "AlarmActions": [
        "arn:aws:sns:us-east-1:000000000000:topic",
        "arn:aws:lambda:us-east-1:000000000000:function:f",
    ],
    "InsufficientDataActions": [],
    "EvaluationPeriods": 2,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 0,
}
METRIC: dict[str, Any] = {
    "Namespace": "AWS/SQS",
    "MetricName": "ApproximateNumberOfMessagesVisible",
    "Dimensions": [{"Name": "QueueName", "Value": "dlq"}, {"Name": "Region", "Value": "here"}],
    "Period": 60,
    "Statistic": "Maximum",
}
OLD = {"StateValue": "OK"}


def text(alarm: dict[str, Any]) -> str:
    return mail_text(alarm, OLD, "000000000000", "us-east-1")


def test_an_alarm_on_a_metric() -> None:
    reason = ALARM["StateReason"]
    name, arn = ALARM["AlarmName"], ALARM["AlarmArn"]
    time = "Saturday 21 November, 2026 06:18:22 UTC"
    assert (
        text(ALARM | METRIC)
        == f"""\
You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the US East (N. Virginia) \
region has entered the ALARM state, because "{reason}" at "{time}".

View this alarm in the AWS Management Console:
https://us-east-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=us-east-1#alarmsV2:alarm/{name}

Alarm Details:
- Name:                       {name}
- Description:                Events failed. Runbook: ops/runbooks/dlq_depth_alarm.md
- State Change:               OK -> ALARM
- Reason for State Change:    {reason}
- Timestamp:                  {time}
- AWS Account:                000000000000
- Alarm Arn:                  {arn}

Threshold:
- The alarm is in the ALARM state when the metric is GreaterThanThreshold 0.0 for at least 2 of the last 2 \
period(s) of 60 seconds.

Monitored Metric:
- MetricNamespace:                     AWS/SQS
- MetricName:                          ApproximateNumberOfMessagesVisible
- Dimensions:                          [QueueName = dlq] [Region = here]
- Period:                              60 seconds
- Statistic:                           Maximum
- Unit:                                not specified
- TreatMissingData:                    missing


State Change Actions:
- OK:
- ALARM: [arn:aws:sns:us-east-1:000000000000:topic] [arn:aws:lambda:us-east-1:000000000000:function:f]
- INSUFFICIENT_DATA:
"""
    )


def test_a_composite_alarm() -> None:
    child = {"arn": "arn:a", "state": {"value": "ALARM", "timestamp": "2026-11-21T06:18:00.000+0000"}}
    data = json.dumps({"triggeringAlarms": [child]})
    lines = text(ALARM | {"AlarmRule": 'ALARM("a")', "StateReasonData": data}).splitlines()
    assert lines[0].endswith(
        "region has transitioned to ALARM state on Saturday 21 November, 2026 06:18:22 UTC, "
        f'because "{ALARM["StateReason"]}".'
    )
    at = lines.index("- State Change:               OK -> ALARM")
    assert lines[at + 1] == '- Alarm Rule:                 ALARM("a")'
    at = lines.index("Triggering children (max. 10):")
    assert lines[at + 1 : at + 4] == [
        "- arn:a ALARM 2026-11-21T06:18:00.000+0000",
        "",
        "State Change Actions:",
    ]


def test_an_alarm_on_metric_math_tells_the_expression_that_it_compares() -> None:
    stat = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
    queries = [
        {"Id": "e", "Expression": "m * 2", "Label": "Twice"},
        {"Id": "m", "MetricStat": stat, "ReturnData": False},
    ]
    lines = text(ALARM | {"Metrics": queries}).splitlines()
    at = lines.index("Monitored Metrics:")
    assert lines[at + 1 : at + 4] == [
        "- MetricExpression:           m * 2",
        "- MetricLabel:                Twice",
        "",
    ]


def test_a_name_is_quoted_in_the_link() -> None:
    assert "#alarmsV2:alarm/two%20words%2Fa\n" in text(ALARM | METRIC | {"AlarmName": "two words/a"})
