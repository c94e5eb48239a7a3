"""Undelivered outcomes: they are shown with EventBridge's reason, and go back to the bus, none lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.app import queue_depth
from ops.lab.app.target import Target
from ops.lab.app.undelivered_outcomes import SentAgain, look, send_again
from ops.lab.cli import app

Park = Callable[..., None]
DETAIL = {"idempotencyKey": "key-1", "eventId": "e1"}


@pytest.fixture
def parked(target: Target, monkeypatch: pytest.MonkeyPatch) -> Park:
    """Puts a message into the queue as EventBridge does, and has a bus."""
    monkeypatch.setattr("ops.lab.app.queue_walk._WAIT_SECONDS", 0)
    target.events.create_event_bus(Name="bus")
    url = target.sqs.create_queue(QueueName="undelivered")["QueueUrl"]
    target.stacks().outputs["UndeliveredUrl"] = url

    def park(body: Any = None) -> None:
        event = {"source": "ingestion.lab", "detail-type": "IngestionSuccess", "detail": DETAIL}
        attributes: Any = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in {
                "RULE_ARN": "arn:aws:events:us-east-1:1:rule/bus/success",
                "TARGET_ARN": "arn:aws:logs:us-east-1:1:log-group:/aws/events/x",
                "ERROR_CODE": "NO_RESOURCE",
                "ERROR_MESSAGE": "it is gone",
            }.items()
        }
        target.sqs.send_message(
            QueueUrl=url,
            MessageBody=json.dumps(event) if body is None else body,
            MessageAttributes=attributes,
        )

    return park


def waiting(target: Target) -> int:
    return queue_depth.depth(target, target.output("UndeliveredUrl")).visible


def put_on_bus(target: Target, monkeypatch: pytest.MonkeyPatch, **refusal: str) -> list[Any]:
    """What the bus is given, which answers each entry with this refusal, or takes it."""
    given: list[Any] = []

    def put_events(Entries: list[Any]) -> Any:
        given.extend(Entries)
        return {"Entries": [refusal or {"EventId": "1"} for _ in Entries]}

    monkeypatch.setattr(target.events, "put_events", put_events)
    return given


def test_a_look_tells_why_and_leaves_it(target: Target, parked: Park) -> None:
    parked()

    [outcome] = look(target, 10)

    assert (outcome.key, outcome.rule, outcome.error) == ("key-1", "success", "NO_RESOURCE")
    assert waiting(target) == 1


def test_all_go_back_to_the_bus_as_they_were(
    target: Target, parked: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = put_on_bus(target, monkeypatch)
    for _ in range(23):
        parked()

    assert send_again(target) == SentAgain(sent=23, left=0)

    assert waiting(target) == 0
    assert len(given) == 23
    assert (given[0]["EventBusName"], given[0]["DetailType"]) == ("bus", "IngestionSuccess")
    assert json.loads(given[0]["Detail"]) == DETAIL


def test_what_the_bus_refuses_and_what_is_no_event_stays(
    target: Target, parked: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_bus(target, monkeypatch, ErrorCode="InternalFailure")
    parked()
    parked("no event")

    assert send_again(target) == SentAgain(sent=0, left=2)
    assert waiting(target) == 2


def test_an_event_that_comes_back_at_once_is_not_sent_for_ever(
    target: Target, parked: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_events(Entries: list[Any]) -> Any:
        for _ in Entries:
            parked()
        return {"Entries": [{"EventId": "1"} for _ in Entries]}

    monkeypatch.setattr(target.events, "put_events", put_events)
    parked()
    parked()

    assert send_again(target).sent == 2
    assert waiting(target) == 2


def test_the_commands_say_what_waits_and_what_was_sent(
    target: Target, parked: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.commands.outcomes.choose", lambda *_: target)
    parked()

    shown: Any = CliRunner().invoke(app, ["outcomes", "undelivered"])
    document: Any = CliRunner().invoke(app, ["outcomes", "undelivered", "--json"])
    sent: Any = CliRunner().invoke(app, ["outcomes", "send-again"])

    assert "1 outcome events wait" in shown.stdout
    assert "it is gone" in shown.stdout
    assert json.loads(document.stdout)["events"][0]["error"] == "NO_RESOURCE"
    assert (sent.exit_code, waiting(target)) == (0, 0), sent.output
