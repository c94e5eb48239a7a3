"""Mail about an alarm: what CloudWatch has SNS send to subscriptions by protocol `email`, as plain text.

CloudWatch publishes two texts (SNS developer guide, "Publishing Amazon SNS messages with platform-specific
payloads"): this one for `email`, and JSON for all others, `email-json` included. Its form: CloudWatch user
guide, "Notifying users on alarm changes", and the mails that its examples show. SNS's own footer with the
link to unsubscribe is left out: here there is nothing to click.
"""

from collections.abc import Mapping
from typing import Any

from lab_emulator.cloudwatch import timestamps
from lab_emulator.cloudwatch.alarms.metric_alarm_definition import Definition
from lab_emulator.cloudwatch.alarms.notification import region_name

Alarm = Mapping[str, Any]  # as DescribeAlarms has it
_ACTIONS = (
    ("OK", "OKActions"),
    ("ALARM", "AlarmActions"),
    ("INSUFFICIENT_DATA", "InsufficientDataActions"),
)


def mail_text(alarm: Alarm, old: Alarm, account_id: str, region: str) -> str:
    """The text of a state change; `old` is the alarm as it was before."""
    name, state, reason = alarm["AlarmName"], alarm["StateValue"], alarm["StateReason"]
    time = timestamps.in_sentence(alarm["StateUpdatedTimestamp"])
    return "\n".join(
        [
            f'You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the '
            f'{region_name(region)} region has entered the {state} state, because "{reason}" at "{time}".',
            "",
            "View this alarm in the AWS Management Console:",
            f"https://{region}.console.aws.amazon.com/cloudwatch/deeplink.js"
            f"?region={region}#alarmsV2:alarm/{name}",
            "",
            "Alarm Details:",
            *_table(
                ("Name", name),
                ("Description", alarm.get("AlarmDescription") or ""),
                ("State Change", f"{old['StateValue']} -> {state}"),
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
    """What the alarm looks at: a rule, metric math, or one metric and its threshold."""
    if "AlarmRule" in alarm:
        return ["Alarm Rule:", f"- {alarm['AlarmRule']}"]
    definition = Definition.of(alarm)
    threshold = (
        "Threshold:",
        f"- The alarm is in the ALARM state when the metric is {definition.comparison_operator} "
        f"{definition.threshold} for at least {definition.datapoints_to_alarm} of the last "
        f"{definition.periods} period(s) of {definition.period_seconds} seconds.",
        "",
    )
    if "Metrics" in alarm:
        return [*threshold, "Monitored Metrics:", *(f"- {_query(query)}" for query in definition.queries)]
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
        ),
    ]


def _query(query: Mapping[str, Any]) -> str:
    if "Expression" in query:
        return f"{query['Id']}: {query['Expression']}"
    metric = query["MetricStat"]["Metric"]
    return f"{query['Id']}: {metric['Namespace']} {metric['MetricName']}"


def _list(texts: list[str]) -> str:
    return f"[{', '.join(texts)}]" if texts else ""


def _table(*rows: tuple[str, str]) -> list[str]:
    return [f"- {name + ':':<27} {value}".rstrip() for name, value in rows]
