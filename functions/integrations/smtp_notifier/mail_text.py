"""Text of a mail, a notification in words: one line for the subject, and a body that a person can act on."""

import json
from typing import Any

from functions.integrations.smtp_notifier.notification import Notification


def subject(notification: Notification) -> str:
    """State and name of an alarm, the kind of an event, else what SNS calls it."""
    document = notification.document
    if "AlarmName" in document:
        return f"{document.get('NewStateValue')}: {document['AlarmName']}"
    if "detail-type" in document:
        return f"{document['detail-type']} from {document.get('source')}"
    return notification.subject or f"Notification from {notification.topic or 'the queue'}"


def body(notification: Notification) -> str:
    """Plain text, whose lines end in LF."""
    document = notification.document
    if "AlarmName" in document:
        return _alarm(document)
    if document:
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return notification.message + "\n"


def _alarm(alarm: dict[str, Any]) -> str:
    """The fields that CloudWatch sends to a topic:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    lines = [
        ("Alarm", alarm["AlarmName"]),
        ("State", f"{alarm.get('NewStateValue')} (was {alarm.get('OldStateValue')})"),
        ("Reason", alarm.get("NewStateReason")),
        ("Time", alarm.get("StateChangeTime")),
        ("Account", alarm.get("AWSAccountId")),
        ("Region", alarm.get("Region")),
        ("Description", alarm.get("AlarmDescription")),
        ("Metric", _metric(alarm.get("Trigger") or {})),
        ("ARN", alarm.get("AlarmArn")),
    ]
    return "".join(f"{name + ':':<13}{value}\n" for name, value in lines if value)


def _metric(trigger: dict[str, Any]) -> str:
    """Empty for a composite alarm, and for one over an expression."""
    if "MetricName" not in trigger:
        return ""
    dimensions = ", ".join(
        f"{each.get('name')}={each.get('value')}" for each in trigger.get("Dimensions") or []
    )
    return f"{trigger.get('Namespace')} {trigger['MetricName']}" + (f" ({dimensions})" if dimensions else "")
