"""Mail about an alarm: what CloudWatch has SNS send to subscriptions by protocol `email`, as plain text.

CloudWatch publishes two texts (SNS developer guide, "Publishing Amazon SNS messages with platform-specific
payloads"): this one for `email`, and JSON for most others, `email-json` included. Of one metric the form is
that of the mail in AWS Support's user guide, "Creating Amazon CloudWatch alarms to monitor AWS Trusted
Advisor metrics", and of mails of 2025 that were published; of a composite alarm that of `publishedMessage` in
an alarm's history, which shows no triggering child: how a child's line looks is a guess. So is the
threshold's sentence of metric math.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from lab_emulator.cloudwatch import timestamps
from lab_emulator.cloudwatch.alarms.metric_alarm_definition import Definition
from lab_emulator.cloudwatch.alarms.notification import region_name

Alarm = Mapping[str, Any]  # as DescribeAlarms has it
_MAX_CHILDREN = 10
_ACTIONS = (
    ("OK", "OKActions"),
    ("ALARM", "AlarmActions"),
    ("INSUFFICIENT_DATA", "InsufficientDataActions"),
)


def mail_text(alarm: Alarm, old: Alarm, account_id: str, region: str) -> str:
    """The text of a state change; `old` is the alarm as it was before."""
    name, state, reason = alarm["AlarmName"], alarm["StateValue"], alarm["StateReason"]
    time = timestamps.in_sentence(alarm["StateUpdatedTimestamp"])
    changed = (
        f'transitioned to {state} state on {time}, because "{reason}".'
        if "AlarmRule" in alarm
        else f'entered the {state} state, because "{reason}" at "{time}".'
    )
    return "\n".join(
        [
            f'You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the '
            f"{region_name(region)} region has {changed}",
            "",
            "View this alarm in the AWS Management Console:",
            f"https://{region}.console.aws.amazon.com/cloudwatch/deeplink.js"
            f"?region={region}#alarmsV2:alarm/{quote(name, safe='')}",
            "",
            "Alarm Details:",
            *_table(
                ("Name", name),
                ("Description", alarm.get("AlarmDescription") or ""),
                ("State Change", f"{old['StateValue']} -> {state}"),
                *([("Alarm Rule", alarm["AlarmRule"])] if "AlarmRule" in alarm else []),
                ("Reason for State Change", reason),
                ("Timestamp", time),
                ("AWS Account", account_id),
                ("Alarm Arn", alarm["AlarmArn"]),
            ),
            "",
            *_watched(alarm),
            "",
            "State Change Actions:",
            *(f"- {word}: {_list(alarm.get(key) or [])}".rstrip() for word, key in _ACTIONS),
            "",
        ]
    )


def _watched(alarm: Alarm) -> list[str]:
    """What the alarm looks at: other alarms, metric math, or one metric and its threshold."""
    if "AlarmRule" in alarm:
        return ["Triggering children (max. 10):", *_children(alarm)]
    definition = Definition.of(alarm)
    threshold = (
        "Threshold:",
        f"- The alarm is in the ALARM state when the metric is {definition.comparison_operator} "
        f"{definition.threshold} for at least {definition.datapoints_to_alarm} of the last "
        f"{definition.periods} period(s) of {definition.period_seconds} seconds.",
        "",
    )
    if "Metrics" in alarm:
        rows = [row for query in definition.queries for row in _query(query)]
        return [*threshold, "Monitored Metrics:", *_table(*rows), ""]
    pairs = [f"{each['Name']} = {each['Value']}" for each in alarm.get("Dimensions") or []]
    return [
        *threshold,
        "Monitored Metric:",
        *_table(
            ("MetricNamespace", alarm["Namespace"]),
            ("MetricName", alarm["MetricName"]),
            ("Dimensions", _list(pairs)),
            ("Period", f"{definition.period_seconds} seconds"),
            ("Statistic", definition.statistic or ""),
            ("Unit", definition.unit or "not specified"),
            ("TreatMissingData", definition.treatment),
            width=36,
        ),
        "",
    ]


def _children(alarm: Alarm) -> list[str]:
    children = json.loads(alarm.get("StateReasonData") or "{}").get("triggeringAlarms", [])
    states = ((child["arn"], child["state"]) for child in children[:_MAX_CHILDREN])
    return [f"- {arn} {state['value']} {state['timestamp']}" for arn, state in states]


def _query(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The rows of what the alarm compares; the metrics that it is calculated from are not told."""
    if query.get("ReturnData") is False:
        return []
    metric = query.get("MetricStat", {}).get("Metric", {})
    rows = [
        ("MetricExpression", query.get("Expression")),
        ("MetricLabel", query.get("Label")),
        ("MetricNamespace", metric.get("Namespace")),
        ("MetricName", metric.get("MetricName")),
    ]
    return [(name, value) for name, value in rows if value]


def _list(texts: list[str]) -> str:
    return " ".join(f"[{text}]" for text in texts)


def _table(*rows: tuple[str, str], width: int = 27) -> list[str]:
    return [f"- {name + ':':<{width}} {value}".rstrip() for name, value in rows]
