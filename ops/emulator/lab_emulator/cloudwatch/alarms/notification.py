"""Notifications of an alarm: CloudWatch's messages to SNS and to Lambda."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session

from lab_emulator.cloudwatch import timestamps
from lab_emulator.cloudwatch.alarms.metric_alarm_definition import Definition

# SNS takes no longer subject (SNS API reference, Publish).
MAX_SUBJECT = 100

Alarm = Mapping[str, Any]  # as DescribeAlarms has it


def subject(alarm: Alarm, region: str) -> str:
    """`ALARM: "name" in US East (N. Virginia)`, cut to what SNS takes."""
    text = f'{alarm["StateValue"]}: "{alarm["AlarmName"]}" in {region_name(region)}'
    return text if len(text) <= MAX_SUBJECT else f"{text[: MAX_SUBJECT - 3]}..."


@cache
def region_name(region: str) -> str:
    """`US East (N. Virginia)` for us-east-1; the code itself where it has no name."""
    endpoints = botocore.session.get_session().get_data("endpoints")
    for partition in endpoints["partitions"]:
        if found := partition["regions"].get(region):
            return str(found["description"])
    return region


def for_sns(alarm: Alarm, old: Alarm, account_id: str, region: str) -> str:
    """The message of a state change; `old` is the alarm as it was before."""
    message = {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription"),
        "AWSAccountId": account_id,
        "AlarmConfigurationUpdatedTimestamp": timestamps.in_json(alarm["AlarmConfigurationUpdatedTimestamp"]),
        "NewStateValue": alarm["StateValue"],
        "NewStateReason": alarm["StateReason"],
        "StateChangeTime": timestamps.in_json(alarm["StateUpdatedTimestamp"]),
        "Region": region_name(region),
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": old["StateValue"],
        "OKActions": alarm["OKActions"],
        "AlarmActions": alarm["AlarmActions"],
        "InsufficientDataActions": alarm["InsufficientDataActions"],
    }
    if "AlarmRule" in alarm:
        message |= {"AlarmRule": alarm["AlarmRule"], "TriggeringChildren": _triggering_children(alarm)}
    else:
        message["Trigger"] = _trigger(alarm)
    return json.dumps(message)


def for_lambda(alarm: Alarm, old: Alarm, account_id: str, region: str) -> str:
    """The event that a function is invoked with."""
    configuration: dict[str, Any] = {"description": alarm.get("AlarmDescription") or ""}
    if "AlarmRule" in alarm:
        configuration["alarmRule"] = alarm["AlarmRule"]
    else:
        configuration["metrics"] = [_lower_camel(query) for query in Definition.of(alarm).queries]
    return json.dumps(
        {
            "source": "aws.cloudwatch",
            "alarmArn": alarm["AlarmArn"],
            "accountId": account_id,
            "time": timestamps.in_json(alarm["StateUpdatedTimestamp"]),
            "region": region,
            "alarmData": {
                "alarmName": alarm["AlarmName"],
                "state": _state(alarm),
                "previousState": _state(old),
                "configuration": configuration,
            },
        }
    )


def _trigger(alarm: Alarm) -> dict[str, Any]:
    definition = Definition.of(alarm)
    trigger: dict[str, Any] = {"Metrics": _metrics(alarm)} if "Metrics" in alarm else _single_metric(alarm)
    trigger |= {
        "Period": definition.period_seconds,
        "EvaluationPeriods": definition.periods,
        "ComparisonOperator": definition.comparison_operator,
        "Threshold": definition.threshold,
        "TreatMissingData": definition.treatment,
        "EvaluateLowSampleCountPercentile": alarm.get("EvaluateLowSampleCountPercentile", ""),
    }
    if definition.m_of_n:
        trigger["DatapointsToAlarm"] = definition.datapoints_to_alarm
    return trigger


def _single_metric(alarm: Alarm) -> dict[str, Any]:
    kind = "Statistic" if "Statistic" in alarm else "ExtendedStatistic"
    name = alarm[kind] if kind == "ExtendedStatistic" else _upper_snake(alarm[kind])
    return {
        "MetricName": alarm["MetricName"],
        "Namespace": alarm["Namespace"],
        "StatisticType": kind,
        kind: name,
        "Unit": alarm.get("Unit"),
        "Dimensions": _dimensions(alarm),
    }


def _metrics(alarm: Alarm) -> list[dict[str, Any]]:
    """The queries of metric math. Only dimensions change their case on the way."""
    queries = json.loads(json.dumps(alarm["Metrics"]))
    for query in queries:
        if metric := query.get("MetricStat", {}).get("Metric"):
            metric["Dimensions"] = _dimensions(metric)
    return list(queries)


def _dimensions(metric: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"value": pair["Value"], "name": pair["Name"]} for pair in metric.get("Dimensions") or []]


def _triggering_children(alarm: Alarm) -> list[dict[str, Any]]:
    """The alarms that changed a composite one, as its reason's data has them."""
    data = json.loads(alarm.get("StateReasonData") or "{}")
    return [
        {"Arn": child["arn"], "State": {key.capitalize(): value for key, value in child["state"].items()}}
        for child in data.get("triggeringAlarms", [])
    ]


def _state(alarm: Alarm) -> dict[str, str]:
    state = {
        "value": alarm["StateValue"],
        "reason": alarm["StateReason"],
        "timestamp": timestamps.in_json(alarm["StateUpdatedTimestamp"]),
    }
    if data := alarm.get("StateReasonData"):
        state["reasonData"] = data
    return state


def _lower_camel(query: Mapping[str, Any]) -> dict[str, Any]:
    """A MetricDataQuery as events have it: `metricStat.metric.name`, dimensions as a mapping."""
    converted = {f"{key[0].lower()}{key[1:]}": value for key, value in query.items()}
    if stat := converted.get("metricStat"):
        metric = stat["Metric"]
        converted["metricStat"] = {
            "metric": {
                "namespace": metric["Namespace"],
                "name": metric["MetricName"],
                "dimensions": {pair["Name"]: pair["Value"] for pair in metric.get("Dimensions") or []},
            },
            "period": stat["Period"],
            "stat": stat["Stat"],
        }
    return converted


def _upper_snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()
