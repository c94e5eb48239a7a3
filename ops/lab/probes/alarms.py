"""Probes of alarms: their states, and the mail that they send."""

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricAlarmTypeDef

_SUFFIX = "AlarmName"
NONE = "none"
# Between what an alarm means and the file to open, in the descriptions that infra writes.
_RUNBOOK_MARK = "Runbook: "


def state(target: Target, name: str) -> str:
    """OK, ALARM or INSUFFICIENT_DATA, of the alarm with the output <name>AlarmName."""
    return states(target, [name])[name]


def raised(target: Target, names: list[str]) -> str:
    """Those of these alarms in ALARM, or "none"."""
    every = states(target, names)
    return ", ".join(sorted(name for name, now in every.items() if now == "ALARM")) or NONE


def names(target: Target) -> list[str]:
    """The app's alarms, by the names that their outputs bear."""
    return sorted(key.removesuffix(_SUFFIX) for key in target.outputs if key.endswith(_SUFFIX))


def _described(target: Target, by_alarm: Mapping[str, str]) -> list["MetricAlarmTypeDef"]:
    """The alarms that the account knows by these names, in one call.

    None without a name, as while the app is deployed: asked for no name, AWS tells of every alarm there is.
    """
    if not by_alarm:
        return []
    # At most 100 names (CloudWatch API reference, DescribeAlarms).
    return target.cloudwatch.describe_alarms(AlarmNames=list(by_alarm), MaxRecords=100)["MetricAlarms"]


def paging(target: Target, topic_arn: str) -> list[str]:
    """The names of those of the app's alarms that tell this topic when they rise."""
    by_alarm = {target.output(name + _SUFFIX): name for name in names(target)}
    alarms = _described(target, by_alarm)
    return sorted(by_alarm[alarm["AlarmName"]] for alarm in alarms if topic_arn in alarm["AlarmActions"])


def watching_queue(target: Target, url: str, topic_arn: str) -> int:
    """How many alarms, the app's or not, look at how many messages the queue has, and tell the topic."""
    wanted = [{"Name": "QueueName", "Value": url.rpartition("/")[2]}]
    pages = target.cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    return sum(
        alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        and alarm.get("Dimensions") == wanted
        and bool(alarm.get("ActionsEnabled"))
        and topic_arn in alarm["AlarmActions"]
        for page in pages
        for alarm in page["MetricAlarms"]
    )


def states(target: Target, names: list[str]) -> dict[str, str]:
    """The state of each of these alarms, in one call."""
    by_alarm = {target.output(name + _SUFFIX): name for name in names}
    alarms = _described(target, by_alarm)
    return {by_alarm[alarm["AlarmName"]]: str(alarm["StateValue"]) for alarm in alarms}


@dataclass(frozen=True)
class AlarmReading:
    """An alarm's state now, and what it looks at: the dimensions of its metric, and its threshold."""

    state: str
    dimensions: Mapping[str, str]
    threshold: float


def in_alarm(target: Target) -> frozenset[str]:
    """The alarms of the app in ALARM, by the names that their outputs bear; an answer without the others."""
    by_alarm = {target.output(name + _SUFFIX): name for name in names(target)}
    if not by_alarm:
        return frozenset()
    found = target.cloudwatch.describe_alarms(AlarmNames=list(by_alarm), StateValue="ALARM", MaxRecords=100)[
        "MetricAlarms"
    ]
    return frozenset(by_alarm[alarm["AlarmName"]] for alarm in found if alarm["StateValue"] == "ALARM")


def readings(target: Target) -> dict[str, AlarmReading]:
    """Every alarm of the app, by the name that its output bears, in one call."""
    by_alarm = {target.output(name + _SUFFIX): name for name in names(target)}
    alarms = _described(target, by_alarm)
    return {
        by_alarm[alarm["AlarmName"]]: AlarmReading(
            state=str(alarm["StateValue"]),
            dimensions={each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])},
            threshold=alarm.get("Threshold", 0.0),
        )
        for alarm in alarms
    }


@dataclass(frozen=True)
class AlarmDetail:
    """An alarm as an operator reads it: what it looks at, how it is and since when, and why.

    `description` is what it means, and which runbook to open; empty where nobody wrote one.
    """

    name: str
    state: str
    since: datetime
    condition: str
    reason: str
    description: str

    @property
    def meaning(self) -> str:
        """The description without its runbook."""
        return self.description.rpartition(_RUNBOOK_MARK)[0].strip() if self.runbook else self.description

    @property
    def runbook(self) -> str:
        """Path in the repository of what to open; empty where the description names none."""
        return (
            self.description.rpartition(_RUNBOOK_MARK)[2].strip() if _RUNBOOK_MARK in self.description else ""
        )


def names_in_account(target: Target) -> dict[str, str]:
    """The app's name of each alarm by that which the account knows it by."""
    return {target.output(name + _SUFFIX): name for name in names(target)}


def details(target: Target) -> list[AlarmDetail]:
    """Every alarm of the app, those in ALARM first."""
    by_alarm = {target.output(name + _SUFFIX): name for name in names(target)}
    alarms = _described(target, by_alarm)
    found = [_detail(by_alarm[alarm["AlarmName"]], alarm) for alarm in alarms]
    return sorted(found, key=lambda alarm: (alarm.state != "ALARM", alarm.name))


def _detail(name: str, alarm: "MetricAlarmTypeDef") -> AlarmDetail:
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    seconds = alarm["Period"] * alarm["EvaluationPeriods"]
    return AlarmDetail(
        name=name,
        state=alarm["StateValue"],
        since=alarm.get("StateTransitionedTimestamp") or alarm["StateUpdatedTimestamp"],
        condition=f"{statistic} {alarm['MetricName']} > {alarm['Threshold']:g} for {seconds} s",
        reason=alarm.get("StateReason", ""),
        description=alarm.get("AlarmDescription", ""),
    )


def mail_subscriptions(target: Target, topic_arn: str) -> int:
    """How many addresses get by mail what the topic is told."""
    pages = target.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
    return sum(each["Protocol"] == "email" for page in pages for each in page["Subscriptions"])


def mails_delivered(target: Target, since: float, text: str) -> int:
    """How many mails since then (epoch seconds) have `text` in their subject or body.

    Of what the emulator delivered: on AWS only the addressee can see it.
    """
    return sum(
        datetime.fromisoformat(mail["Timestamp"]).timestamp() >= since and text in json.dumps(mail)
        for mail in mailbox(target)
    )


def mailbox(target: Target) -> list[dict[str, Any]]:
    """Every mail that LocalStack's SES has sent. The mailbox is not there before the first one."""
    try:
        with urllib.request.urlopen(f"{target.endpoint}/_aws/ses", timeout=10) as answer:  # nosec B310
            messages: list[dict[str, Any]] = json.load(answer)["messages"]
            return messages
    except HTTPError as error:
        if error.code != 404:
            raise
        return []
