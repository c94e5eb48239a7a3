"""Subscription filters: functions are invoked asynchronously, and a writer hears nothing of it."""

import base64
import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator

TIMEOUT_SECONDS = 60

# Sends what it gets to a queue; slow if told to, and broken if told to.
SUBSCRIBER = """
import json, os, time, base64, gzip, boto3
def handler(event, context):
    text = gzip.decompress(base64.b64decode(event["awslogs"]["data"])).decode()
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(event))
    if "break" in text:
        raise RuntimeError("told to")
    if "slowly" in text:
        time.sleep(25)
"""


@pytest.fixture
def stack(emulator: Emulator) -> Iterator[Stack]:
    with open_stack(emulator) as opened:
        yield opened


def _template(*patterns: str) -> dict[str, Any]:
    """A function, its queue, and a subscribed log group for each pattern."""
    trust = {"Version": "2012-10-17", "Statement": []}
    function = {
        "Code": {"ZipFile": SUBSCRIBER},
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Timeout": 40,
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Environment": {"Variables": {"QUEUE_URL": {"Ref": "Queue"}}},
    }
    resources: dict[str, Any] = {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
    }
    for number, pattern in enumerate(patterns):
        resources[f"Group{number}"] = {"Type": "AWS::Logs::LogGroup"}
        resources[f"Permission{number}"] = {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": "Function"},
                "Principal": "logs.amazonaws.com",
                "SourceArn": {"Fn::GetAtt": [f"Group{number}", "Arn"]},
            },
        }
        resources[f"Filter{number}"] = {
            "Type": "AWS::Logs::SubscriptionFilter",
            "DependsOn": f"Permission{number}",
            "Properties": {
                "LogGroupName": {"Ref": f"Group{number}"},
                "FilterPattern": pattern,
                "DestinationArn": {"Fn::GetAtt": ["Function", "Arn"]},
            },
        }
    return resources


def _put(emulator: Emulator, group: str, *messages: str) -> float:
    """Write log events; answer how many seconds that took."""
    logs = emulator.client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="stream")
    now = int(time.time() * 1000)
    started = time.monotonic()
    logs.put_log_events(
        logGroupName=group,
        logStreamName="stream",
        logEvents=[{"timestamp": now, "message": message} for message in messages],
    )
    return time.monotonic() - started


def _arrived(emulator: Emulator, queue: str) -> list[dict[str, Any]]:
    """What the next invocation of the subscriber got, once it has."""
    sqs, deadline = emulator.client("sqs"), time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if found := sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5, MaxNumberOfMessages=1):
            for message in found.get("Messages", []):
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                event = json.loads(message["Body"])
                return [json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))]
    return []


def test_a_writer_does_not_wait_for_the_subscriber(emulator: Emulator, stack: Stack) -> None:
    stack.deploy(_template(""))
    assert _put(emulator, stack.outputs["Group0"], "slowly") < 20
    (batch,) = _arrived(emulator, stack.outputs["Queue"])
    assert batch["messageType"] == "DATA_MESSAGE"
    assert batch["logGroup"] == stack.outputs["Group0"]
    assert batch["logStream"] == "stream"
    assert [event["message"] for event in batch["logEvents"]] == ["slowly"]


def test_a_subscriber_that_fails_is_no_concern_of_the_writer(emulator: Emulator, stack: Stack) -> None:
    stack.deploy(_template(""))
    _put(emulator, stack.outputs["Group0"], "break")
    (first,) = _arrived(emulator, stack.outputs["Queue"])
    assert [event["message"] for event in first["logEvents"]] == ["break"]


def test_each_group_is_filtered_by_its_own_pattern(emulator: Emulator, stack: Stack) -> None:
    stack.deploy(_template("{ $.level = ERROR }", ""))
    _put(emulator, stack.outputs["Group0"], '{"level": "INFO"}', '{"level": "ERROR"}')
    (batch,) = _arrived(emulator, stack.outputs["Queue"])
    assert [event["message"] for event in batch["logEvents"]] == ['{"level": "ERROR"}']


def test_a_filter_can_be_updated_and_removed(emulator: Emulator, stack: Stack) -> None:
    logs = emulator.client("logs")
    stack.deploy(_template(""))
    stack.deploy(_template("ERROR"))
    (found,) = logs.describe_subscription_filters(logGroupName=stack.outputs["Group0"])["subscriptionFilters"]
    assert found["filterPattern"] == "ERROR"
    group, template = stack.outputs["Group0"], _template("ERROR")
    del template["Filter0"]
    stack.deploy(template)
    assert logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"] == []
