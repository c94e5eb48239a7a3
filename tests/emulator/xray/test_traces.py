"""Traces of real invocations: by the API, by a queue, over failures and a redrive."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import ROLE, Function, deploy

ACTIVE = {"TracingConfig": {"Mode": "Active"}}
ATTEMPTS = 3
# Longer than an attempt takes on a busy machine: while one is under way none may follow.
INVISIBLE_SECONDS = 5
# Sends one subsegment as the SDK does; fails for as long as the file that the environment names is there.
SOURCE = """
import json, os, pathlib, socket, time, uuid

def handler(event, context):
    parts = dict(part.split("=") for part in os.environ["_X_AMZN_TRACE_ID"].split(";"))
    began = time.time()
    document = {"type": "subsegment", "id": uuid.uuid4().hex[:16], "name": "## handler", "namespace": "local",
                "trace_id": parts["Root"], "parent_id": parts["Parent"], "start_time": began,
                "end_time": began + 0.001, "annotations": {"requestId": context.aws_request_id}}
    host, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].split(":")
    if parts["Sampled"] == "1":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
            header = json.dumps({"format": "json", "version": 1})
            daemon.sendto((header + "\\n" + json.dumps(document)).encode(), (host, int(port)))
    if os.environ.get("BROKEN") and pathlib.Path(os.environ["BROKEN"]).exists():
        raise ValueError("broken")
    return parts
"""


def test_an_invocation_is_a_trace_that_summaries_find(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, SOURCE, **ACTIVE)
    result = function.invoke()
    trace_id, name = result.payload["Root"], function.name
    assert f"XRAY TraceId: {trace_id}\tSegmentId: {result.payload['Parent']}\tSampled: true" in result.log
    [service, of_function] = documents(emulator, trace_id)
    assert (service["name"], service["origin"]) == (name, "AWS::Lambda")
    phases = {phase["name"]: phase for phase in of_function["subsegments"]}
    assert set(phases) == {"Initialization", "Invocation", "Overhead"}
    assert [each["name"] for each in phases["Invocation"]["subsegments"]] == ["## handler"]
    request = service["aws"]["request_id"]
    for expression in (f'service("{name}")', f'annotation.requestId = "{request}" AND !fault'):
        assert summaries(emulator, expression) == [trace_id]
    assert summaries(emulator, f'service("{name}") {{ fault }}') == []


def test_a_function_that_is_not_traced_leaves_nothing_unless_its_caller_is(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, SOURCE)
    assert function.invoke().payload["Sampled"] == "0"
    assert summaries(emulator, f'service("{function.name}")') == []
    root = f"1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
    function.client.meta.events.register(
        "before-call.lambda.Invoke",
        lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": f"Root={root};Sampled=1"}),
    )
    assert function.invoke().payload["Root"] == root
    assert summaries(emulator, f'service("{function.name}")') == [root]


def test_an_event_that_fails_is_dead_lettered_and_redriven_is_one_trace(
    emulator: Emulator, tmp_path: Any
) -> None:
    broken = tmp_path / "broken"
    broken.touch()
    function = deploy(
        emulator.endpoint,
        SOURCE,
        Environment={"Variables": {"BROKEN": str(broken)}},
        Timeout=INVISIBLE_SECONDS,
        **ACTIVE,
    )
    queue, dead_letters, mapping = queue_with_mapping(emulator, function)
    sqs, root = emulator.client("sqs"), f"1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
    try:
        header = f"Root={root};Parent=53995c3f42cd8ad8;Sampled=1"
        sqs.send_message(
            QueueUrl=queue,
            MessageBody="{}",
            MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": header}},
        )
        attempted = attempts_by(emulator, root)
        eventually(lambda: len(attempted()) == ATTEMPTS, within=60, what="the message failed three times")
        eventually(lambda: depth(emulator, dead_letters) == 1, within=30, what="it was dead-lettered")
        broken.unlink()
        sqs.start_message_move_task(SourceArn=arn(emulator, dead_letters))
        eventually(lambda: len(attempted()) == ATTEMPTS + 1, within=60, what="it was redriven")
    finally:
        emulator.client("lambda").delete_event_source_mapping(UUID=mapping)
    told = [(each["aws"]["receive_count"], bool(each.get("fault"))) for each in attempted()]
    assert told == [(1, True), (2, True), (3, True), (1, False)]
    for attempt in attempted():
        linked = documents(emulator, attempt["links"][0]["trace_id"])
        assert linked[0]["links"][0]["trace_id"] == root
        assert linked[0]["id"] == attempt["links"][0]["id"]
        assert bool(linked[1].get("cause")) is bool(attempt.get("fault"))
    [summary] = summarized(emulator, f'service("{function.name}") {{ fault }} AND service() {{ ok }}', root)
    assert summary["Duration"] > 2  # from the first attempt to the last


def test_segments_that_are_none_are_refused_by_code_and_operations_by_name(emulator: Emulator) -> None:
    xray = emulator.client("xray")
    answer = xray.put_trace_segments(TraceSegmentDocuments=["{", '{"id": "53995c3f42cd8ad8"}'])
    assert [each["ErrorCode"] for each in answer["UnprocessedTraceSegments"]] == ["ParseError", "MissingName"]
    for refused in (
        lambda: xray.create_group(GroupName="mine"),
        lambda: xray.batch_get_traces(TraceIds=["not-a-trace-id"]),
        lambda: summaries(emulator, "coverage > 1"),
    ):
        with pytest.raises(ClientError, match="InvalidRequestException"):
            refused()
    unknown = f"1-{int(time.time()):08x}-{'0' * 24}"
    assert xray.batch_get_traces(TraceIds=[unknown])["UnprocessedTraceIds"] == [unknown]
    [rule] = xray.get_sampling_rules()["SamplingRuleRecords"]
    assert rule["SamplingRule"]["FixedRate"] == 1.0


def test_a_trace_that_is_named_twice_is_in_the_graph_once(emulator: Emulator) -> None:
    xray, now = emulator.client("xray"), time.time()
    trace_id = f"1-{int(now):08x}-{'1' * 24}"
    segment = {"id": "1" * 16, "name": "twice", "trace_id": trace_id, "start_time": now, "end_time": now + 1}
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
    services = xray.get_trace_graph(TraceIds=[trace_id, trace_id])["Services"]
    [service] = [each for each in services if each.get("Type") != "client"]
    assert service["SummaryStatistics"]["TotalCount"] == 1


def queue_with_mapping(emulator: Emulator, function: Function) -> tuple[str, str, str]:
    """The URLs of a queue and its DLQ, and the mapping that feeds the function one message at a time."""
    sqs, name = emulator.client("sqs"), f"traced-{uuid.uuid4().hex[:8]}"
    dead_letters = sqs.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
    redrive = {"deadLetterTargetArn": arn(emulator, dead_letters), "maxReceiveCount": ATTEMPTS}
    attributes = {"VisibilityTimeout": str(INVISIBLE_SECONDS), "RedrivePolicy": json.dumps(redrive)}
    queue = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    mapping = emulator.client("lambda").create_event_source_mapping(
        FunctionName=function.name, EventSourceArn=arn(emulator, queue), BatchSize=1
    )
    return queue, dead_letters, mapping["UUID"]


def arn(emulator: Emulator, queue: str) -> str:
    answer = emulator.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def depth(emulator: Emulator, queue: str) -> int:
    name = "ApproximateNumberOfMessages"
    answer = emulator.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(answer["Attributes"][name])


def attempts_by(emulator: Emulator, trace_id: str) -> Callable[[], list[dict[str, Any]]]:
    return lambda: [each for each in documents(emulator, trace_id) if "message_id" in each.get("aws", {})]


def documents(emulator: Emulator, trace_id: str) -> list[dict[str, Any]]:
    traces = emulator.client("xray").batch_get_traces(TraceIds=[trace_id])["Traces"]
    return [json.loads(segment["Document"]) for trace in traces for segment in trace["Segments"]]


def documents_of(emulator: Emulator, trace_id: str, name: str) -> list[dict[str, Any]]:
    return [each for each in documents(emulator, trace_id) if each["name"] == name]


def summaries(emulator: Emulator, expression: str) -> list[str]:
    return [summary["Id"] for summary in summarized(emulator, expression)]


def summarized(emulator: Emulator, expression: str, trace_id: str | None = None) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    pages = emulator.client("xray").get_paginator("get_trace_summaries")
    found = pages.paginate(
        StartTime=now - timedelta(minutes=10), EndTime=now + timedelta(minutes=1), FilterExpression=expression
    )
    return [each for page in found for each in page["TraceSummaries"] if trace_id in (None, each["Id"])]


def test_an_execution_hands_its_trace_on_to_its_functions(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, SOURCE, **ACTIVE)
    arn = function.client.get_function(FunctionName=function.name)["Configuration"]["FunctionArn"]
    states = emulator.client("stepfunctions")
    roots = []
    for task in (
        {"Resource": arn},
        {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": arn}},
    ):
        definition = {"StartAt": "only", "States": {"only": {"Type": "Task", "End": True, **task}}}
        machine = states.create_state_machine(
            name=f"traced-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        root = f"1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
        header = f"Root={root};Parent=53995c3f42cd8ad8;Sampled=1"
        states.start_execution(stateMachineArn=machine, traceHeader=header)
        roots.append(root)
    for root in roots:
        # The function's own segments may come before those that Lambda makes when it has ended.
        traced = eventually(
            partial(documents_of, emulator, root, function.name),
            within=30,
            what="the function was invoked",
        )
        assert traced[0].get("parent_id") == "53995c3f42cd8ad8"
