"""Patience of a drill: how much more time than in the scenarios it must be given.

A drill's `within_seconds` are meant for the settings of the scenarios (scenarios/conftest.py).
"""

import json

from ops.lab.app.alarm_speed import speed_of
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrilledPipeline

# How long a check waits there for an alarm.
_SCENARIO_ALARM_SECONDS = 45.0
# Metrics, alarms and mail of AWS are minutes late where those of the emulator are seconds late.
_AWS = 10.0
_SLACK_SECONDS = 30.0
_LONG = 3.0


def patience_for(target: Target, pipeline: DrilledPipeline) -> float:
    """The factor by which `within_seconds` is stretched: 1, or more where retries or alarms take longer."""
    retries = _seconds_to_the_dlq(target, pipeline.queue) / pipeline.retry_seconds
    # An alarm's window may have just begun when it changes, and must then pass once more to change back.
    alarms = (2 * _alarm_seconds(target, pipeline.dlq_alarm) + _SLACK_SECONDS) / _SCENARIO_ALARM_SECONDS
    return round(max(1.0, retries, alarms, _AWS if target.endpoint is None else 1.0), 1)


def in_words(patience: float, target: Target) -> str:
    """The factor, and where it makes minutes out of seconds in an emulator, what to do about that."""
    if target.endpoint is None or patience < _LONG:
        return f"{patience:g} x"
    return f"{patience:g} x, for this lab has long clocks; short ones: lab up -c envName=lab"


def _seconds_to_the_dlq(target: Target, queue: str) -> float:
    answer = target.sqs.get_queue_attributes(
        QueueUrl=target.output(queue), AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
    )["Attributes"]
    deliveries = int(json.loads(answer["RedrivePolicy"])["maxReceiveCount"])
    return int(answer["VisibilityTimeout"]) * deliveries


def _alarm_seconds(target: Target, alarm_name: str) -> float:
    """How long the DLQ's depth must last for its alarm, by the clock on the wall."""
    name = target.output(f"{alarm_name}AlarmName")
    [alarm] = target.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    speed = 1.0 if target.endpoint is None else speed_of(target.endpoint) or 1.0
    return alarm["Period"] * alarm["EvaluationPeriods"] / speed
