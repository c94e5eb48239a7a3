"""Place of an alarm in a picture: the node that its metric is about."""

from collections.abc import Iterable, Mapping

from ops.lab.console.picture.node import NodeCondition, NodeDeclaration, NodeRemark
from ops.lab.probes.alarms import AlarmReading

_PAGE = "/alarms"


def place_of(
    alarm: str, reading: AlarmReading, nodes: Iterable[NodeDeclaration], outputs: Mapping[str, str]
) -> str | None:
    """The id of the node that the alarm belongs to; None where it is in no node of the picture."""
    values = set(reading.dimensions.values())
    for node in nodes:
        if alarm in node.alarms or values & {_name(outputs.get(output, "")) for output in node.outputs}:
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
            remarks.append(NodeRemark(f"alarm {name}", NodeCondition.BAD, _PAGE))
        elif state != "OK":
            remarks.append(NodeRemark(f"no data for {name}", NodeCondition.WARN, _PAGE))
    return remarks


def _name(output: str) -> str:
    """A queue's name is the end of its URL; an ARN or another name is a dimension as it is."""
    return output.rpartition("/")[2] if output.startswith(("http://", "https://")) else output
