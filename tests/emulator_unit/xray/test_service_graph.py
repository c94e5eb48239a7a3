"""Service graph and summary: which service called which, and how it went."""

from typing import Any

from lab_emulator.xray.service_graph import ServiceGraph
from lab_emulator.xray.trace import compile_trace
from lab_emulator.xray.trace_store import TraceStore
from lab_emulator.xray.trace_summary import summarize
from tests.emulator_unit.xray.segments import (
    WORKER,
    invocation,
    message,
    receives,
    segment,
    sent,
    subsegment,
    trace_id,
)


def test_callers_and_called_are_nodes_with_an_edge_for_each_pair() -> None:
    nodes = graph_of_two_events()
    assert edges(nodes) == {
        ("ingest client", "ingest AWS::Lambda", 2, 0),
        ("ingest AWS::Lambda", "ingest AWS::Lambda::Function", 2, 0),
        ("ingest AWS::Lambda::Function", "sqs AWS::SQS::Queue", 2, 0),
        ("sqs AWS::SQS::Queue", "worker AWS::Lambda", 2, 1),
        ("worker AWS::Lambda", "worker AWS::Lambda::Function", 1, 0),
    }
    assert [node["ReferenceId"] for node in nodes] == list(range(len(nodes)))
    assert [named(node) for node in nodes if node.get("Root")] == ["ingest client"]


def test_a_node_counts_each_segment_of_its_service_once() -> None:
    counts = {
        named(node): node["SummaryStatistics"]["TotalCount"]
        for node in graph_of_two_events()
        if "SummaryStatistics" in node
    }
    assert counts["worker AWS::Lambda"] == counts["worker AWS::Lambda::Function"] == 1
    assert counts["ingest AWS::Lambda"] == 2


def test_errors_throttles_and_faults_are_counted_apart() -> None:
    answers = [{"status": status} for status in (200, 404, 429, 500)]
    traces = [
        compile_trace(trace_id(number), [segment(number, number, name="api", http={"response": answer})])
        for number, answer in enumerate(answers, 1)
    ]
    [api] = [node for node in ServiceGraph(traces).services() if "Type" not in node]
    assert api["SummaryStatistics"] == {
        "OkCount": 1,
        "ErrorStatistics": {"ThrottleCount": 1, "OtherCount": 1, "TotalCount": 2},
        "FaultStatistics": {"OtherCount": 1, "TotalCount": 1},
        "TotalCount": 4,
        "TotalResponseTime": 2.0,
    }
    assert api["ResponseTimeHistogram"] == [{"Value": 0.5, "Count": 4}]


def test_a_summary_tells_the_root_and_every_service() -> None:
    store = recorded()
    summary = summarize(store.traces([trace_id(1)])[0])
    assert summary["EntryPoint"] == {"Name": "ingest", "Names": ["ingest"], "Type": "AWS::Lambda"}
    assert {service["Name"] for service in summary["ServiceIds"]} == {"ingest", "sqs", "worker"}
    assert (summary["ResponseTime"], summary["Duration"]) == (0.041, 5.05)
    assert summary["Http"] == {"HttpStatus": 200}
    assert not (summary["HasFault"])
    assert not (summary["HasError"])
    assert not (summary["HasThrottle"])
    assert not (summary["IsPartial"])
    assert summary["Annotations"]["Service"][0]["AnnotationValue"] == {"StringValue": "ingest"}
    assert summary["ResourceARNs"] == [{"ARN": arn} for arn in sorted((invocation().function_arn, WORKER))]


def test_annotations_keep_their_kinds() -> None:
    document = segment(annotations={"text": "a", "number": 2, "flag": True}, user="ada", in_progress=True)
    summary = summarize(compile_trace(trace_id(), [document]))
    assert {key: each[0]["AnnotationValue"] for key, each in summary["Annotations"].items()} == {
        "text": {"StringValue": "a"},
        "number": {"NumberValue": 2},
        "flag": {"BooleanValue": True},
    }
    assert summary["Users"][0]["UserName"] == "ada"
    assert summary["IsPartial"]


def recorded() -> TraceStore:
    """Two events that come to the worker in one batch: one of them fails."""
    store = TraceStore()
    for trace in (1, 2):
        store.record(invocation(trace=trace, number=100 + trace))
        send = subsegment(
            trace, 100 + trace, trace, name="sqs", namespace="aws", annotations={"Service": "ingest"}
        )
        store.record(sent(send))
    store.record(invocation(WORKER, 3, number=103, at=5))
    store.record(receives(3, message(1, 1), message(2, 2, failed=True), at=5))
    return store


def graph_of_two_events() -> list[dict[str, Any]]:
    return ServiceGraph(recorded().traces(trace_id(number) for number in (1, 2, 3))).services()


def named(node: dict[str, Any]) -> str:
    return f"{node['Name']} {node['Type']}"


def edges(nodes: list[dict[str, Any]]) -> set[tuple[str, str, int, int]]:
    return {
        (
            named(node),
            named(nodes[edge["ReferenceId"]]),
            edge["SummaryStatistics"]["TotalCount"],
            edge["SummaryStatistics"]["FaultStatistics"]["TotalCount"],
        )
        for node in nodes
        for edge in node["Edges"]
    }
