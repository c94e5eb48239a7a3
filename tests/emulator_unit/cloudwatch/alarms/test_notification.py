"""The event of an alarm that invokes a function, against what LocalStack recorded of AWS.

Source: tests/aws/services/cloudwatch of LocalStack 4.13.1, the snapshot of `test_alarm_lambda_target`.
"""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from lab_emulator.cloudwatch.alarms.notification import for_lambda

REGION, ACCOUNT_ID = "us-east-1", "111111111111"
ARN = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT_ID}:alarm:a"
AT = datetime(2024, 1, 3, 17, 30, tzinfo=UTC)
OLD: dict[str, Any] = {
    "AlarmName": "a",
    "AlarmArn": ARN,
    "AlarmDescription": "testing lambda alarm action",
    "Namespace": "namespace",
    "MetricName": "metric1",
    "Statistic": "Average",
    "Period": 10,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
    "StateValue": "INSUFFICIENT_DATA",
    "StateReason": "Unchecked: Initial alarm creation",
    "StateUpdatedTimestamp": AT,
}
ALARM = OLD | {"StateValue": "ALARM", "StateReason": "testing alarm"}


def event_of(alarm: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(for_lambda(alarm, OLD, ACCOUNT_ID, REGION)))


def test_the_event_of_an_alarm_on_one_metric() -> None:
    event = event_of(ALARM)
    id_ = event["alarmData"]["configuration"]["metrics"][0].pop("id")
    assert str(uuid.UUID(id_)) == id_
    at = "2024-01-03T17:30:00.000+0000"
    assert event == {
        "source": "aws.cloudwatch",
        "alarmArn": ARN,
        "accountId": ACCOUNT_ID,
        "time": at,
        "region": REGION,
        "alarmData": {
            "alarmName": "a",
            "state": {"value": "ALARM", "reason": "testing alarm", "timestamp": at},
            "previousState": {
                "value": "INSUFFICIENT_DATA",
                "reason": "Unchecked: Initial alarm creation",
                "timestamp": at,
            },
            "configuration": {
                "description": "testing lambda alarm action",
                "metrics": [
                    {
                        "metricStat": {
                            "metric": {"namespace": "namespace", "name": "metric1", "dimensions": {}},
                            "period": 10,
                            "stat": "Average",
                        },
                        "returnData": True,
                    }
                ],
            },
        },
    }


def test_the_metric_of_an_alarm_has_the_same_id_in_each_of_its_events_and_no_other_alarm_has() -> None:
    def id_of(arn: str) -> str:
        return str(event_of(ALARM | {"AlarmArn": arn})["alarmData"]["configuration"]["metrics"][0]["id"])

    assert id_of(ARN) == id_of(ARN)
    assert id_of(ARN) != id_of(f"{ARN}2")
