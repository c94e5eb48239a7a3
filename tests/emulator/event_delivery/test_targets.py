"""Targets of a rule: what it matches reaches a log group and a topic."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator

TIMEOUT_SECONDS = 20


@pytest.fixture
def stack(emulator: Emulator) -> Iterator[Stack]:
    """A bus whose rule for failures has a log group and, by way of a topic, a queue as targets."""
    with open_stack(emulator) as opened:
        group = {"Fn::Sub": f"arn:aws:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{_group(opened)}"}
        opened.deploy(
            {
                "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": opened.name}},
                "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": _group(opened)}},
                "Topic": {"Type": "AWS::SNS::Topic"},
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Subscription": {
                    "Type": "AWS::SNS::Subscription",
                    "Properties": {
                        "TopicArn": {"Ref": "Topic"},
                        "Protocol": "sqs",
                        "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
                    },
                },
                "Rule": {
                    "Type": "AWS::Events::Rule",
                    "DependsOn": "Group",
                    "Properties": {
                        "EventBusName": {"Ref": "Bus"},
                        "EventPattern": {"detail-type": ["IngestionFailure"]},
                        "Targets": [
                            {"Id": "Log", "Arn": group},
                            {"Id": "Topic", "Arn": {"Ref": "Topic"}},
                        ],
                    },
                },
            }
        )
        yield opened


def test_a_matched_event_is_logged_and_published_and_another_is_not(emulator: Emulator, stack: Stack) -> None:
    key = uuid.uuid4().hex
    for kind in ("IngestionSuccess", "IngestionFailure"):
        entry = {
            "EventBusName": stack.name,
            "Source": "ingestion.lab",
            "DetailType": kind,
            "Detail": json.dumps({"idempotencyKey": key}),
        }
        assert emulator.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0

    def logged() -> list[dict[str, Any]]:
        found = emulator.client("logs").filter_log_events(
            logGroupName=_group(stack), filterPattern=f'{{ $.detail.idempotencyKey = "{key}" }}'
        )
        return [json.loads(event["message"]) for event in found["events"]]

    def published() -> list[dict[str, Any]]:
        answer = emulator.client("sqs").receive_message(QueueUrl=stack.outputs["Queue"], WaitTimeSeconds=1)
        return [json.loads(json.loads(message["Body"])["Message"]) for message in answer.get("Messages", [])]

    for events in (_eventually(logged), _eventually(published)):
        assert [(event["detail-type"], event["detail"]) for event in events] == [
            ("IngestionFailure", {"idempotencyKey": key})
        ]


def test_events_share_a_stream_of_the_log_group_until_the_group_is_made_anew(
    emulator: Emulator, stack: Stack
) -> None:
    logs = emulator.client("logs")

    def log_one_more() -> list[str]:
        key = uuid.uuid4().hex
        entry = {
            "EventBusName": stack.name,
            "Source": "ingestion.lab",
            "DetailType": "IngestionFailure",
            "Detail": json.dumps({"idempotencyKey": key}),
        }
        emulator.client("events").put_events(Entries=[entry])
        found = _eventually(
            lambda: logs.filter_log_events(
                logGroupName=_group(stack), filterPattern=f'{{ $.detail.idempotencyKey = "{key}" }}'
            )["events"]
        )
        return [event["logStreamName"] for event in found]

    first = log_one_more()
    assert len(first) == 1
    assert log_one_more() == first
    logs.delete_log_group(logGroupName=_group(stack))
    logs.create_log_group(logGroupName=_group(stack))
    assert len(log_one_more()) == 1


def _group(stack: Stack) -> str:
    return f"/aws/events/{stack.name}"


def _eventually(read: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (found := read()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found
