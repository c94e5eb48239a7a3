"""Asynchronous invocations that fail: how often they are tried, how soon, and where they end."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ops.lab.app import alarm_speed
from ops.lab.waiting import eventually
from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, deploy

# At this speed the minute before the first retry is two seconds, and the two before the second are four.
SPEED = 30
FAILS = "def handler(event, context): raise ValueError('never')"


@pytest.fixture
def queue(emulator: Emulator) -> Iterator[str]:
    """The ARN of a queue, by which `_letter` finds it."""
    alarm_speed.set_speed(emulator.endpoint, SPEED)
    name = f"letters-{uuid.uuid4().hex[:8]}"
    emulator.client("sqs").create_queue(QueueName=name)
    yield f"arn:aws:sqs:us-east-1:000000000000:{name}"
    alarm_speed.set_speed(emulator.endpoint, 1)


@pytest.fixture
def stack(emulator: Emulator) -> Iterator[Stack]:
    with open_stack(emulator) as opened:
        yield opened


def _config(function: Function, **properties: Any) -> dict[str, Any]:
    named = {"FunctionName": function.name, "Qualifier": "$LATEST", **properties}
    return {"Config": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": named}}


def _letter(emulator: Emulator, queue_arn: str) -> dict[str, Any]:
    sqs = emulator.client("sqs")
    url = sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"]
    [message] = eventually(
        lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages"),
        within=60,
        what="a dead letter",
    )
    found: dict[str, Any] = message
    return found


def _invoke(function: Function) -> None:
    function.client.invoke(FunctionName=function.name, InvocationType="Event", Payload=b'{"file": 1}')


def test_a_function_is_tried_three_times_and_its_event_goes_to_its_queue(
    emulator: Emulator, queue: str
) -> None:
    function = deploy(emulator.endpoint, FAILS, DeadLetterConfig={"TargetArn": queue})
    _invoke(function)
    letter = _letter(emulator, queue)
    assert json.loads(letter["Body"]) == {"file": 1}
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "never"
    _wait_for_attempts(emulator, function, 3)


def test_retries_and_destination_follow_a_template(emulator: Emulator, stack: Stack, queue: str) -> None:
    function = deploy(emulator.endpoint, FAILS)
    stack.deploy(_config(function, MaximumRetryAttempts=2))
    to_queue = {"OnFailure": {"Destination": queue}}
    stack.deploy(_config(function, MaximumRetryAttempts=1, DestinationConfig=to_queue))
    _invoke(function)
    record = json.loads(_letter(emulator, queue)["Body"])
    assert (record["requestPayload"], record["requestContext"]["condition"]) == (
        {"file": 1},
        "RetriesExhausted",
    )
    assert record["requestContext"]["approximateInvokeCount"] == 2
    _wait_for_attempts(emulator, function, 2)


def _wait_for_attempts(emulator: Emulator, function: Function, count: int) -> None:
    """Wait until the log tells of so many: its lines are written beside the invocation."""
    logs = emulator.client("logs")
    group = f"/aws/lambda/{function.name}"
    eventually(
        lambda: len(logs.filter_log_events(logGroupName=group, filterPattern="REPORT")["events"]),
        until=lambda number: number == count,
        within=30,
        what=f"{count} attempts",
    )
