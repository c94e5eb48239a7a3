"""Subscription filters: lines reach the functions that subscribe to them, by the pattern."""

import base64
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.waiting import eventually
from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, deploy

# Passes on to a queue what it gets.
SUBSCRIBER = """
import boto3, json, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=event["awslogs"]["data"])
"""
WRITER = """
import json
def handler(event, context):
    for level in event: print(json.dumps({"level": level}))
"""
# Waits for a file, and tells the queue whether it came.
PATIENT = """
import boto3, os, time
def handler(event, context):
    deadline = time.monotonic() + 30
    while not (came := os.path.exists(os.environ["FILE"])) and time.monotonic() < deadline:
        time.sleep(0.02)
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=str(came))
"""


@pytest.fixture
def stack(emulator: Emulator) -> Iterator[Stack]:
    with open_stack(emulator) as opened:
        yield opened


@pytest.fixture
def queue_url(emulator: Emulator, stack: Stack) -> str:
    return str(emulator.client("sqs").create_queue(QueueName=stack.name)["QueueUrl"])


@pytest.fixture
def subscriber(emulator: Emulator, queue_url: str) -> Function:
    return deploy(
        emulator.endpoint, SUBSCRIBER, Environment={"Variables": {"QUEUE_URL": queue_url}}, MemorySize=256
    )


def _arn(function: Function) -> str:
    return f"arn:aws:lambda:us-east-1:000000000000:function:{function.name}"


def _resources(group: str, **patterns: tuple[str, Function]) -> dict[str, Any]:
    permissions = {
        f"{name}Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": function.name,
                "Principal": "logs.amazonaws.com",
                "SourceArn": {"Fn::GetAtt": ["Group", "Arn"]},
            },
        }
        for name, (_, function) in patterns.items()
    }
    filters = {
        name: {
            "Type": "AWS::Logs::SubscriptionFilter",
            "DependsOn": f"{name}Permission",
            "Properties": {
                "LogGroupName": {"Ref": "Group"},
                "FilterPattern": pattern,
                "DestinationArn": _arn(function),
            },
        }
        for name, (pattern, function) in patterns.items()
    }
    log_group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": group}}
    return {"Group": log_group} | permissions | filters


def _received(emulator: Emulator, queue_url: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(_message(emulator, queue_url))))
    return data


def _message(emulator: Emulator, queue_url: str) -> str:
    sqs = emulator.client("sqs")
    [message] = eventually(
        lambda: sqs.receive_message(QueueUrl=queue_url).get("Messages"), within=60, what="a message"
    )
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return str(message["Body"])


def _filter_names(emulator: Emulator, group: str) -> list[str]:
    found = emulator.client("logs").describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    return [each["filterName"] for each in found]


def _levels(data: dict[str, Any]) -> list[str]:
    return [json.loads(event["message"])["level"] for event in data["logEvents"]]


def test_a_functions_lines_reach_its_subscriber_by_the_pattern(
    emulator: Emulator, stack: Stack, subscriber: Function, queue_url: str
) -> None:
    writer = deploy(emulator.endpoint, WRITER)
    group = f"/aws/lambda/{writer.name}"
    stack.deploy(_resources(group, Errors=('{ $.level = "ERROR" }', subscriber)))
    writer.invoke(["INFO", "ERROR", "ERROR"])
    data = _received(emulator, queue_url)
    assert _levels(data) == ["ERROR", "ERROR"]
    assert (data["messageType"], data["owner"], data["logGroup"]) == ("DATA_MESSAGE", "000000000000", group)
    assert data["subscriptionFilters"] == _filter_names(emulator, group)
    kept = emulator.client("logs").filter_log_events(
        logGroupName=group, filterPattern='{ $.level = "ERROR" }'
    )
    assert [event["id"] for event in data["logEvents"]] == [event["eventId"] for event in kept["events"]]


def test_two_filters_of_a_group_see_the_same_lines(
    emulator: Emulator, stack: Stack, subscriber: Function, queue_url: str
) -> None:
    errors, all_lines = ('{ $.level = "ERROR" }', subscriber), ("", subscriber)
    stack.deploy(_resources(stack.name, Errors=errors, All=all_lines))
    _write(emulator, stack.name, "INFO", "ERROR")
    found = [_levels(_received(emulator, queue_url)) for _ in range(2)]
    assert sorted(found) == [["ERROR"], ["INFO", "ERROR"]]


def test_a_changed_pattern_holds_from_then_on(
    emulator: Emulator, stack: Stack, subscriber: Function, queue_url: str
) -> None:
    other = ('{ $.level = "FATAL" }', subscriber)
    stack.deploy(_resources(stack.name, Lines=('{ $.level = "ERROR" }', subscriber), Other=other))
    names = _filter_names(emulator, stack.name)
    stack.deploy(_resources(stack.name, Lines=('{ $.level = "INFO" }', subscriber), Other=other))
    assert _filter_names(emulator, stack.name) == names
    _write(emulator, stack.name, "ERROR", "INFO")
    assert _levels(_received(emulator, queue_url)) == ["INFO"]


def test_who_logs_does_not_wait_for_a_slow_subscriber(
    emulator: Emulator, stack: Stack, queue_url: str, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    variables = {"QUEUE_URL": queue_url, "FILE": str(written)}
    slow = deploy(emulator.endpoint, PATIENT, Environment={"Variables": variables}, Timeout=50)
    stack.deploy(_resources(stack.name, Lines=("", slow)))
    _write(emulator, stack.name, "INFO")
    written.touch()
    assert _message(emulator, queue_url) == "True"


def test_a_pattern_that_cannot_be_read_is_refused(
    emulator: Emulator, stack: Stack, subscriber: Function
) -> None:
    stack.deploy(_resources(stack.name))
    with pytest.raises(ClientError, match="InvalidParameterException"):
        emulator.client("logs").put_subscription_filter(
            logGroupName=stack.name,
            filterName="f",
            filterPattern="{ $.level = ",
            destinationArn=_arn(subscriber),
        )


def test_a_function_that_logs_may_not_invoke_takes_no_subscription(
    emulator: Emulator, stack: Stack, subscriber: Function
) -> None:
    stack.deploy(_resources(stack.name))
    with pytest.raises(ClientError, match="given CloudWatch Logs permission to execute your function"):
        emulator.client("logs").put_subscription_filter(
            logGroupName=stack.name, filterName="f", filterPattern="", destinationArn=_arn(subscriber)
        )
    assert _filter_names(emulator, stack.name) == []


def _write(emulator: Emulator, group: str, *levels: str) -> None:
    logs = emulator.client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="stream")
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": json.dumps({"level": level})} for level in levels]
    logs.put_log_events(logGroupName=group, logStreamName="stream", logEvents=events)
