"""Place of an alarm in a picture: the node that its metric is about."""

from collections.abc import Iterable, Mapping

from ops.lab.console.picture.node import NodeCondition, NodeDeclaration, NodeRemark
from ops.lab.probes.alarms import AlarmReading

_PAGE = "/alarms"
# By a dimension: how the outputs end that hold its values. A queue and a function may share a name.
_OUTPUTS = {"QueueName": "Url", "FunctionName": "FunctionName", "StateMachineArn": "StateMachineArn"}


def place_of(
    alarm: str, reading: AlarmReading, nodes: Iterable[NodeDeclaration], outputs: Mapping[str, str]
) -> str | None:
    """The id of the node that the alarm belongs to; None where it is in no node of the picture."""
    for node in nodes:
        if alarm in node.alarms or any(
            _is_of(dimension, value, node, outputs) for dimension, value in reading.dimensions.items()
        ):
            return node.id
    return None


def placed(
    alarms: Mapping[str, AlarmReading], nodes: Iterable[NodeDeclaration], outputs: Mapping[str, str]
) -> dict[str, list[str]]:
    """The names of the alarms by node id; under "" those of no node."""
    declared = tuple(nodes)
    found: dict[str, list[str]] = {"": []}
    for alarm, reading in sorted(alarms.items()):
        found.setdefault(place_of(alarm, reading, declared, outputs) or "", []).append(alarm)
    return found


def remarks_of(alarms: Iterable[str], readings: Mapping[str, AlarmReading]) -> list[NodeRemark]:
    """What a node says of its alarms: nothing of those that are OK."""
    remarks = []
    for name in alarms:
        state = readings[name].state
        if state == "ALARM":
            remarks.append(NodeRemark(f"alarm {name}", NodeCondition.BAD, _PAGE, f"alarm-{name}"))
        elif state != "OK":
            remarks.append(NodeRemark(f"no data for {name}", NodeCondition.WARN, _PAGE, f"alarm-{name}"))
    return remarks


def _is_of(dimension: str, value: str, node: NodeDeclaration, outputs: Mapping[str, str]) -> bool:
    """Whether one of the node's outputs is this value of this dimension."""
    ending = _OUTPUTS.get(dimension)
    named = (outputs.get(output, "") for output in node.outputs if ending and output.endswith(ending))
    return any(_name(output) == value for output in named)


def _name(output: str) -> str:
    """A queue's name is the end of its URL; an ARN or another name is a dimension as it is."""
    return output.rpartition("/")[2] if output.startswith(("http://", "https://")) else output
