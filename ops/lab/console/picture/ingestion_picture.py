"""Picture of the ingestion pipeline, from one observation."""

from collections.abc import Iterator, Mapping, Sequence

from ops.lab.app.failure_mode import FailureMode
from ops.lab.console.looking.observation import Observation
from ops.lab.console.picture.alarm_place import placed, remarks_of
from ops.lab.console.picture.edge import EdgeDeclaration, PictureEdge
from ops.lab.console.picture.files_nodes import FILES_NODES
from ops.lab.console.picture.ingestion_nodes import AGE_ALARMS, EDGES, NODES, STEPS
from ops.lab.console.picture.node import (
    NodeCondition,
    NodeDeclaration,
    NodeRemark,
    PictureNode,
    QueueDots,
)
from ops.lab.console.picture.picture import PipelinePicture
from ops.lab.local.command_lock import in_words

# The functions that notice a failure mode, by the node that they are part of.
_NODE_OF_FUNCTION = {"ingest": "ingest", "worker": "worker", "processor": "steps", "publish": "steps"}
# How long none must have failed before records that succeed tell that failures are over: longer than a retry
# of the lab takes, and than a value is late on AWS.
_LOCAL_QUIET_SECONDS = 60.0
_AWS_QUIET_SECONDS = 300.0
_OUTPUT_OF_STEP = {"processor": "ProcessorFunctionName", "publish": "PublishFunctionName"}


def ingestion_picture(look: Observation) -> PipelinePicture:
    """Of what was seen. With topology=orchestrated it has a node for the steps under Step Functions."""
    nodes = (*NODES, STEPS) if look.outputs.get("StateMachineArn") else NODES
    alarms = placed(look.readings, nodes, look.outputs)
    remarks = {node.id: [*remarks_of(alarms.get(node.id, ()), look.readings)] for node in nodes}
    for node_id, remark in _other_remarks(look):
        remarks[node_id].append(remark)
    return PipelinePicture(
        nodes={node.id: _node(node, look, remarks[node.id]) for node in nodes},
        edges={edge.id: _edge(edge, look) for edge in EDGES},
        elsewhere=_elsewhere(look, alarms[""]),
    )


def _elsewhere(look: Observation, alarms: Sequence[str]) -> list[str]:
    """Those in ALARM, without those that stand in the picture of the files pipeline."""
    raised = {name: look.readings[name] for name in alarms if look.readings[name].state == "ALARM"}
    return placed(raised, FILES_NODES, look.outputs)[""]


def _node(declared: NodeDeclaration, look: Observation, remarks: list[NodeRemark]) -> PictureNode:
    depth = look.depths.get(declared.id)
    dots = QueueDots(depth.visible, depth.in_flight, depth.delayed) if depth else None
    return PictureNode(declared, _facts(declared.id, look), remarks, dots)


def _facts(node: str, look: Observation) -> list[str]:
    counts = {name: f"{count:,.0f}" for name, count in look.counts.items()}

    def said(*parts: tuple[str, str]) -> list[str]:
        return [f"{counts[name]} {text}" for name, text in parts if name in counts]

    if node in look.depths:
        depth = look.depths[node]
        facts = [f"{depth.visible:,} waiting, {depth.in_flight:,} in flight"]
        facts += [f"{depth.delayed:,} delayed"] if depth.delayed else []
        return facts + ([f"oldest {in_words(look.ages[node])}"] if node in look.ages else [])
    if node == "worker":
        return [
            f"delivery {look.delivery.lower()}",
            *said(("failed_attempts", f"attempts failed{_since_the_last_failure(look)}")),
            *said(("failed_batches", "crashed"), ("throttled", "throttled")),
        ]
    parts = {
        "api": (("client_errors", "refused, 4xx"), ("server_errors", "failed, 5xx")),
        "ingest": (("refused", "crashed"),),
        "table": (("processed", "succeeded"), ("duplicates", "duplicates")),
        "bus": (("announced", "successes"), ("announced_failed", "failures")),
        "topic": (("announced_failed", "failures told"),),
        "redrive": (("redriven", "letters taken"),),
    }
    return said(*parts.get(node, ()))


def _edge(declared: EdgeDeclaration, look: Observation) -> PictureEdge:
    return PictureEdge(
        declared, _figure(declared, look.rates), _figure(declared, look.counts), _edge_note(declared.id, look)
    )


def _figure(declared: EdgeDeclaration, figures: Mapping[str, float]) -> float | None:
    if declared.rate == "outcomes":
        both = [figures[name] for name in ("announced", "announced_failed") if name in figures]
        return sum(both) if both else None
    if declared.rate not in figures:
        return None
    return max(0.0, figures[declared.rate] - figures.get(declared.less, 0.0))


def _edge_note(edge: str, look: Observation) -> str:
    return "paused" if edge == "received" and look.delivery == "Disabled" else ""


def _other_remarks(look: Observation) -> Iterator[tuple[str, NodeRemark]]:
    """What no alarm says, or not yet: the node's id, and the remark."""
    if not look.seen:
        return
    if look.failure_mode != FailureMode.NONE:
        for node in _nodes_that_fail(look):
            yield node, NodeRemark(f"failure mode {look.failure_mode}", NodeCondition.WARN)
    if look.delivery != "Enabled":
        word = "paused" if look.delivery == "Disabled" else look.delivery.lower()
        yield "worker", NodeRemark(f"delivery {word}", NodeCondition.WARN)
    if words := _failures_that_go_on(look):
        yield "worker", NodeRemark(words, NodeCondition.WARN, "/logs")
    for queue, alarm in AGE_ALARMS.items():
        reading, age = look.readings.get(alarm), look.ages.get(queue, 0.0)
        if reading is not None and reading.state != "ALARM" and age > reading.threshold / 2:
            yield queue, NodeRemark(f"aging: {alarm} rises at {reading.threshold:g} s", NodeCondition.WARN)
    for queue, alarm, words in (
        ("dlq", "DlqDepth", "has dead letters"),
        ("parked", "ParkedDepth", "a person must look"),
    ):
        if look.depths[queue].total and look.alarms.get(alarm) != "ALARM":
            yield queue, NodeRemark(words, NodeCondition.WARN, "/dead-letters")
    if look.undelivered and look.alarms.get("UndeliveredDepth") != "ALARM":
        yield "bus", NodeRemark("events undelivered", NodeCondition.WARN)


def _failures_that_go_on(look: Observation) -> str:
    """That records fail, or that nothing tells yet that they no longer do; else empty.

    A record that is retried fails again a while after: they are over when for some time none has failed, and
    one has succeeded since.
    """
    if not look.counts.get("failed_attempts"):
        return ""
    failed = look.counted_last.get("failed_attempts", look.at)
    if look.at - failed < (_AWS_QUIET_SECONDS if look.on_aws else _LOCAL_QUIET_SECONDS):
        return "records fail"
    return "" if look.counted_last.get("processed", 0.0) > failed else "records failed, none succeeded since"


def _since_the_last_failure(look: Observation) -> str:
    failed = look.counted_last.get("failed_attempts")
    return "" if failed is None else f", the last {in_words(look.at - failed)} ago"


def _nodes_that_fail(look: Observation) -> list[str]:
    """Where the functions are that notice the failure mode; a value that is no mode fails nowhere."""
    try:
        functions = FailureMode(look.failure_mode).noticed_by
    except ValueError:
        return []
    there = [
        name for name in functions if name not in _OUTPUT_OF_STEP or look.outputs.get(_OUTPUT_OF_STEP[name])
    ]
    return list(dict.fromkeys(_NODE_OF_FUNCTION[name] for name in there))
