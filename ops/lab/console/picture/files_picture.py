"""Picture of the files pipeline, from one look at it and what the alarms say."""

from collections.abc import Iterator

from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.queue_depth import QueueDepth
from ops.lab.console.looking.files_watch import FilesObservation
from ops.lab.console.looking.observation import Observation
from ops.lab.console.picture.alarm_place import placed, remarks_of
from ops.lab.console.picture.edge import PictureEdge
from ops.lab.console.picture.files_nodes import FILES_EDGES, FILES_NODES
from ops.lab.console.picture.node import (
    NodeCondition,
    NodeDeclaration,
    NodeRemark,
    PictureNode,
    QueueDots,
)
from ops.lab.console.picture.picture import PipelinePicture
from ops.lab.files.snapshot import Snapshot
from ops.lab.local.command_lock import in_words


def files_picture(look: Observation, files: FilesObservation) -> PipelinePicture:
    """Of what was seen. Before the first look its nodes have their alarms alone."""
    alarms = placed(look.readings, FILES_NODES, look.outputs)
    remarks = {node.id: [*remarks_of(alarms.get(node.id, ()), look.readings)] for node in FILES_NODES}
    for node_id, remark in _other_remarks(look, files):
        remarks[node_id].append(remark)
    return PipelinePicture(
        nodes={node.id: _files_node(node, files, remarks[node.id]) for node in FILES_NODES},
        edges={
            edge.id: PictureEdge(edge, files.rates.get(edge.rate), files.counts.get(edge.rate))
            for edge in FILES_EDGES
        },
    )


def _files_node(declared: NodeDeclaration, files: FilesObservation, remarks: list[NodeRemark]) -> PictureNode:
    now = files.snapshot
    if now is None:
        return PictureNode(declared, (), remarks)
    depth = {"queue": now.backlog.queue, "dlq": now.backlog.dlq}.get(declared.id)
    dots = QueueDots(depth.visible, depth.in_flight, depth.delayed) if depth else None
    return PictureNode(declared, list(_facts_of(declared.id, now, files)), remarks, dots)


def _facts_of(node: str, now: Snapshot, files: FilesObservation) -> Iterator[str]:
    if node in ("queue", "dlq"):
        yield from _queue_facts(now.backlog.queue if node == "queue" else now.backlog.dlq)
        if node in files.ages:
            yield f"oldest {in_words(files.ages[node])}"
    elif node == "rule":
        yield f"{now.backlog.undelivered:,} undelivered"
    elif node == "rounds":
        yield f"round {now.running[0]}" if now.running else "no round is running"
        yield f"pressure {now.control.pressure} s"
    elif node == "scaler":
        current = "not set yet" if now.control.concurrency is None else now.control.concurrency
        yield f"files at once: {current}, at most {now.max_concurrency}"
        if now.reserved_concurrency is not None:
            yield f"reserved: {now.reserved_concurrency}"
    elif node == "processor":
        errors, took = now.control.error_rate, now.control.latency_milliseconds
        yield f"{errors:.0%} errors, {took:.0f} ms a call" if took else "no call lately"
    elif node == "service" and files.behaviour is not None:
        yield from behaviour_facts(files.behaviour)
    elif node == "records":
        yield from (f"{now.files[status]:,} {status.value}" for status in FileStatus)
        yield f"{now.rows:,} rows, {now.rows_rejected:,} rejected"


def _queue_facts(depth: QueueDepth) -> Iterator[str]:
    yield f"{depth.visible:,} waiting, {depth.in_flight:,} in flight"
    if depth.delayed:
        yield f"{depth.delayed:,} delayed"


def behaviour_facts(behaviour: ApiBehaviour) -> Iterator[str]:
    """How the simulated API answers, in short lines."""
    yield "answers nothing but 503" if behaviour.down else "up"
    yield f"{behaviour.latency_min_milliseconds:g} to {behaviour.latency_max_milliseconds:g} ms"
    if behaviour.error_rate:
        yield f"{behaviour.error_rate:.0%} of calls get 503"
    if behaviour.failing:
        yield f"refuses files with {behaviour.failing!r} in their key"
    if behaviour.calls_at_once:
        yield f"takes {behaviour.calls_at_once} calls at once from one client, others get 429"


def _other_remarks(look: Observation, files: FilesObservation) -> Iterator[tuple[str, NodeRemark]]:
    """What no alarm says, or not yet: the node's id, and the remark."""
    now = files.snapshot
    if files.behaviour is not None and not files.behaviour.healthy:
        yield "service", NodeRemark("down" if files.behaviour.down else "failing calls", NodeCondition.WARN)
    if now is None:
        return
    if now.control.pressure:
        yield "rounds", NodeRemark("slowed by pressure", NodeCondition.WARN)
    if now.backlog.dlq.total and look.alarms.get("CsvDlqDepth") != "ALARM":
        yield "dlq", NodeRemark("has dead letters", NodeCondition.WARN)
    if now.backlog.undelivered and look.alarms.get("CsvUndeliveredDepth") != "ALARM":
        yield "rule", NodeRemark("events undelivered", NodeCondition.WARN)
    if now.backlog.failed_invocations and look.alarms.get("CsvFailedInvocationsDepth") != "ALARM":
        yield "rounds", NodeRemark("invocations given up", NodeCondition.WARN)
