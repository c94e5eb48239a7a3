"""A Standard workflow that staggers functions: its Map's limit, its waits, and how it ends."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, deploy
from tests.emulator.stepfunctions.state_machines import Machine, create, invoke, map_over, sdk

# Waits until as many have begun as the event says, and then for as many seconds.
SLEEPER = """
import os, time
def handler(event, context):
    began = time.time()
    if "place" in event:
        open(os.path.join(event["place"], context.aws_request_id), "w").close()
        while len(os.listdir(event["place"])) < event["others"]:
            time.sleep(0.01)
    time.sleep(event["seconds"])
    return {"began": began, "ended": time.time()}
"""
CATCH = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$", "Next": "Caught"}]
# Items, two at once, that take far longer than a machine may pause before their execution is ended.
MANY = 30
CAUGHT: dict[str, Any] = {"Type": "Pass", "End": True}


@pytest.fixture(scope="module")
def sleeper(emulator: Emulator) -> Function:
    return deploy(emulator.endpoint, SLEEPER, Timeout=30)


def _staggered(emulator: Emulator, sleeper: Function, **settings: Any) -> Machine:
    """Wait as each item says, call the function, and call it once more after the Map."""
    item = {
        "Stagger": {"Type": "Wait", "SecondsPath": "$.wait", "Next": "Process"},
        "Process": invoke(sleeper.name, Catch=CATCH, End=True),
        "Caught": CAUGHT,
    }
    again = invoke(
        sleeper.name, Parameters={"FunctionName": sleeper.name, "Payload": {"seconds": 0}}, End=True
    )
    states = {
        "Each": map_over(item, ResultPath="$.results", Catch=CATCH, Next="Again"),
        "Again": again | {"ResultPath": None, "OutputPath": "$.results"},
        "Caught": CAUGHT,
    }
    return create(emulator, states, **settings)


def _items(count: int, seconds: float, wait: int = 0) -> list[dict[str, Any]]:
    return [{"seconds": seconds, "wait": wait * number} for number in range(count)]


def _peak(runs: list[dict[str, float]]) -> int:
    """How many ran at once, at most."""
    changes = sorted([(run["began"], 1) for run in runs] + [(run["ended"], -1) for run in runs])
    running = peak = 0
    for _, change in changes:
        running += change
        peak = max(peak, running)
    return peak


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_map_keeps_to_its_limit(
    emulator: Emulator, sleeper: Function, tmp_path: Path, concurrency: int
) -> None:
    # However late a function begins, it meets those that the limit lets run beside it.
    meeting = {"place": str(tmp_path), "others": concurrency}
    items = [item | meeting for item in _items(9, 0.2)]
    ended = _staggered(emulator, sleeper).run({"concurrency": concurrency, "items": items}, within=60)
    assert _peak(json.loads(ended["output"])) == concurrency


def test_items_wait_as_long_as_they_say(emulator: Emulator, sleeper: Function) -> None:
    ended = _staggered(emulator, sleeper).run({"concurrency": 3, "items": _items(3, 0, wait=1)})
    started = ended["startDate"].timestamp()
    begun = [run["began"] - started for run in json.loads(ended["output"])]
    # A function may begin late, its first time above all; none begins before its second.
    assert [begin >= number for number, begin in enumerate(begun)] == [True, True, True]


def test_an_execution_that_is_stopped_is_aborted_at_once(emulator: Emulator) -> None:
    sleeper = deploy(emulator.endpoint, SLEEPER)
    machine = _staggered(emulator, sleeper)
    execution = machine.start({"concurrency": 2, "items": _items(MANY, 3.0)})
    # Both under way, so that none is just about to begin.
    eventually(
        lambda: machine.event_types(execution).count("TaskStarted") >= 2,
        within=30,
        what="the first two tasks",
    )
    machine.client.stop_execution(executionArn=execution, error="Maintenance", cause="by hand")
    described = machine.describe(execution)
    assert (described["status"], described["error"], described["cause"]) == (
        "ABORTED",
        "Maintenance",
        "by hand",
    )
    history = machine.client.get_execution_history(executionArn=execution, reverseOrder=True)
    last = history["events"][0]
    assert (last["type"], last["previousEventId"]) == ("ExecutionAborted", 0)
    running = machine.client.list_executions(stateMachineArn=machine.arn, statusFilter="RUNNING")
    assert running["executions"] == []
    _nothing_follows(emulator, machine, execution, sleeper)


def test_an_execution_that_takes_too_long_is_timed_out_at_once(emulator: Emulator) -> None:
    sleeper = deploy(emulator.endpoint, SLEEPER)
    machine = _staggered(emulator, sleeper, TimeoutSeconds=2)
    ended = machine.run({"concurrency": 2, "items": _items(MANY, 4.0)})
    assert ended["status"] == "TIMED_OUT"
    assert machine.event_types(ended["executionArn"])[-1] == "ExecutionTimedOut"
    _nothing_follows(emulator, machine, ended["executionArn"], sleeper)


def _nothing_follows(emulator: Emulator, machine: Machine, execution: str, sleeper: Function) -> None:
    """The functions under way run to their end, no other starts, and the history stays as it is."""
    history = machine.event_types(execution)
    under_way_too = history.count("TaskScheduled")
    _wait_for_runs(emulator, sleeper, under_way_too)
    sleeper.invoke({"seconds": 0})
    _wait_for_runs(emulator, sleeper, under_way_too + 1)
    assert machine.event_types(execution) == history
    assert machine.describe(execution)["status"] in ("ABORTED", "TIMED_OUT")


def _wait_for_runs(emulator: Emulator, function: Function, count: int) -> None:
    logs = emulator.client("logs")
    pages = logs.get_paginator("filter_log_events")

    def runs() -> int:
        found = pages.paginate(logGroupName=f"/aws/lambda/{function.name}", filterPattern="REPORT")
        try:
            return sum(len(page["events"]) for page in found)
        except logs.exceptions.ResourceNotFoundException:  # the first line makes the group
            return 0

    eventually(runs, until=lambda number: number == count, within=30, what=f"{count} runs")


@pytest.mark.parametrize(
    ("action", "parameters", "error"),
    [
        (
            "sqs:sendMessage",
            {"QueueUrl": "http://missing", "MessageBody": "a"},
            "Sqs.QueueDoesNotExistException",
        ),
        ("sns:publish", {"TopicArn": "missing", "Message": "a"}, "Sns.InvalidParameterException"),
        ("eventbridge:describeRule", {"Name": "missing"}, "EventBridge.ResourceNotFoundException"),
        ("sfn:describeExecution", {"ExecutionArn": "missing"}, "Sfn.InvalidArnException"),
    ],
    ids=["sqs", "sns", "eventbridge", "sfn"],
)
def test_errors_have_the_names_of_aws(
    emulator: Emulator, action: str, parameters: dict[str, str], error: str
) -> None:
    states = {"Call": sdk(action, parameters, Catch=CATCH, End=True), "Caught": CAUGHT}
    ended = create(emulator, states).run()
    assert json.loads(ended["output"])["Error"] == error


def test_a_message_comes_back_as_it_was_received(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    source, dlq = (sqs.create_queue(QueueName=f"{name}-{uuid.uuid4().hex[:8]}")["QueueUrl"] for name in "sd")
    attributes = {"priority": {"DataType": "String", "StringValue": "high"}}
    sqs.send_message(QueueUrl=source, MessageBody="body", MessageAttributes=attributes)
    states = {
        "Receive": sdk(
            "sqs:receiveMessage",
            {"QueueUrl": source, "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]},
            OutputPath="$.Messages[0]",
            Next="Send",
        ),
        "Send": sdk(
            "sqs:sendMessage",
            {"QueueUrl": dlq, "MessageBody.$": "$.Body", "MessageAttributes.$": "$.MessageAttributes"},
            ResultPath=None,
            Next="Delete",
        ),
        "Delete": sdk(
            "sqs:deleteMessage",
            {"QueueUrl": source, "ReceiptHandle.$": "$.ReceiptHandle"},
            ResultPath=None,
            End=True,
        ),
    }
    received = json.loads(create(emulator, states).run()["output"])
    assert received["Attributes"]["ApproximateReceiveCount"] == "1"
    [message] = sqs.receive_message(QueueUrl=dlq, MessageAttributeNames=["All"])["Messages"]
    assert (message["Body"], message["MessageAttributes"]) == ("body", attributes)


def test_a_task_may_not_speak_for_aws(emulator: Emulator) -> None:
    """PutEvents refuses its entry, and the state fails: developer guide, "EventBridge.FailedEntry"."""
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [{"Source": "aws.s3", "DetailType": "d", "Detail": {"a": 1}}]},
        "Catch": [{"ErrorEquals": ["EventBridge.FailedEntry"], "Next": "Caught"}],
        "End": True,
    }
    caught = {"Type": "Pass", "End": True}
    described = create(emulator, {"Put": put, "Caught": caught}).run()
    assert described["status"] == "SUCCEEDED"
    caught_error = json.loads(described["output"])
    assert caught_error["Error"] == "EventBridge.FailedEntry"
    assert "NotAuthorizedForSourceException" in json.dumps(caught_error["Cause"])
    own = {**put, "Parameters": {"Entries": [{"Source": "shop", "DetailType": "d", "Detail": {"a": 1}}]}}
    described = create(emulator, {"Put": own, "Caught": caught}).run()
    assert json.loads(described["output"])["FailedEntryCount"] == 0
