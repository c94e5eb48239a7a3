"""Records as SNS and the event source mapping make them."""

import json
from typing import Any

from functions.common.source_queue import QueueRecord

ALARM: dict[str, Any] = {
    "AlarmName": "IngestionLab-dev-DlqDepth",
    "AlarmDescription": None,
    "AWSAccountId": "000000000000",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 1 datapoint [3.0] was greater than the threshold (0.0).",
    "StateChangeTime": "2026-11-21T10:00:00.000+0000",
    "Region": "Europe (Frankfurt)",
    "AlarmArn": "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:IngestionLab-dev-DlqDepth",
    "OldStateValue": "OK",
    "Trigger": {
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Namespace": "AWS/SQS",
        "Dimensions": [{"value": "dlq", "name": "QueueName"}],
    },
}


def envelope(message: Any, **fields: str) -> str:
    """What SNS puts around a message."""
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": "2a9c2b34-0000-5000-8000-000000000001",
            "TopicArn": "arn:aws:sns:eu-central-1:000000000000:alarms",
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": "2026-11-21T10:00:01.000Z",
        }
        | fields
    )


def event(body: str, **attributes: str) -> dict[str, Any]:
    return {
        "messageId": "sqs-message-1",
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {
            name: {"stringValue": value, "dataType": "String"} for name, value in attributes.items()
        },
    }


def record(body: str, **attributes: str) -> QueueRecord:
    return QueueRecord.from_event(event(body, **attributes))
