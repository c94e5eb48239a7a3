"""Actions on the definitions of alarms: what one looks at, and another one beside it."""

from typing import Any

from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange

# What an alarm is called that an operator makes until the next deployment.
_BY_HAND = "-by-hand"


def look_at_queue(target: Target, name: str, queue_name: str) -> ReversibleChange:
    """Have the app's alarm of this name look at another queue: the dimension of its metric is changed."""
    before = definition(target, name)

    def restore() -> None:
        target.cloudwatch.delete_alarms(AlarmNames=[before["AlarmName"] + _BY_HAND])
        put(target, before)

    return ReversibleChange.made(
        f"alarm {name} looks at {queue_name}", lambda: put(target, _of_queue(before, queue_name)), restore
    )


def add_beside(target: Target, name: str, queue_name: str) -> str:
    """Make another alarm like the app's of this name, which looks at this queue; tell what it is called."""
    like = definition(target, name)
    called: str = like["AlarmName"] + _BY_HAND
    put(target, _of_queue(like, queue_name) | {"AlarmName": called})
    return called


def definition(target: Target, name: str) -> dict[str, Any]:
    """The alarm as PutMetricAlarm takes it."""
    [alarm] = target.cloudwatch.describe_alarms(AlarmNames=[target.output(f"{name}AlarmName")])[
        "MetricAlarms"
    ]
    model = target.cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape
    members = model.members if model is not None else {}
    return {key: value for key, value in alarm.items() if key in members and value != []}


def put(target: Target, alarm: dict[str, Any]) -> None:
    """Replace the alarm's whole definition, as PutMetricAlarm does."""
    target.cloudwatch.put_metric_alarm(**alarm)


def _of_queue(alarm: dict[str, Any], queue_name: str) -> dict[str, Any]:
    return alarm | {"Dimensions": [{"Name": "QueueName", "Value": queue_name}]}
