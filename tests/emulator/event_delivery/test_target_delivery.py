"""Delivery to targets that do not take an event: retries, dead letters, metrics."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.event_delivery.endpoint import Endpoint
from tests.emulator.metrics import Metrics

ROLE = "arn:aws:iam::000000000000:role/events"
# An API destination has five seconds to answer, a rule at most five targets (EventBridge user guide).
DESTINATION_SECONDS, SLOW_TARGETS = 5, 4


@dataclass(frozen=True)
class Bus:
    """A bus with one rule that matches all, and a queue for what its targets refuse."""

    emulator: Emulator
    name: str
    rule_arn: str
    dlq_url: str
    dlq_arn: str

    @property
    def metrics(self) -> Metrics:
        return Metrics(self.emulator, "AWS/Events", {"EventBusName": self.name, "RuleName": self.name})

    def target(self, id_: str, arn: str, *, dlq_arn: str | None = None, **settings: Any) -> None:
        """Add a target whose dead letters go to the bus's queue."""
        target = {"Id": id_, "Arn": arn, "DeadLetterConfig": {"Arn": dlq_arn or self.dlq_arn}, **settings}
        self.emulator.client("events").put_targets(Rule=self.name, EventBusName=self.name, Targets=[target])

    def put(self, number: int) -> None:
        entry = {
            "EventBusName": self.name,
            "Source": "tests",
            "DetailType": "Numbered",
            "Detail": json.dumps({"number": number}),
        }
        assert self.emulator.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0

    def dead_letter(self) -> dict[str, Any]:
        """The first one, waited for; it stays invisible to later calls."""
        sqs = self.emulator.client("sqs")

        def receive() -> list[dict[str, Any]]:
            answer = sqs.receive_message(QueueUrl=self.dlq_url, MessageAttributeNames=["All"])
            messages: list[dict[str, Any]] = answer.get("Messages", [])
            return messages

        [message] = eventually(receive, within=40, what="a dead letter")
        return message


@pytest.fixture
def bus(emulator: Emulator) -> Iterator[Bus]:
    events, sqs = emulator.client("events"), emulator.client("sqs")
    name = f"delivery-{uuid.uuid4().hex[:8]}"
    events.create_event_bus(Name=name)
    pattern = json.dumps({"source": ["tests"]})
    rule_arn = events.put_rule(Name=name, EventBusName=name, EventPattern=pattern)["RuleArn"]
    dlq_url = sqs.create_queue(QueueName=name)["QueueUrl"]
    yield Bus(emulator, name, rule_arn, dlq_url, _arn(sqs, dlq_url))
    targets = events.list_targets_by_rule(Rule=name, EventBusName=name)["Targets"]
    if targets:
        events.remove_targets(Rule=name, EventBusName=name, Ids=[target["Id"] for target in targets])
    events.delete_rule(Name=name, EventBusName=name)
    events.delete_event_bus(Name=name)
    sqs.delete_queue(QueueUrl=dlq_url)


def test_a_target_that_stays_down_is_retried_and_then_its_event_parked(bus: Bus) -> None:
    with _destination(bus) as (arn, endpoint):
        endpoint.status = 503
        bus.target("down", arn, RoleArn=ROLE, RetryPolicy={"MaximumRetryAttempts": 2})
        bus.put(1)
        message = bus.dead_letter()
        assert [json.loads(body)["detail"] for body in endpoint.bodies] == [{"number": 1}] * 3
    attributes = _attributes(message)
    assert json.loads(message["Body"])["detail"] == {"number": 1}
    assert attributes.pop("ERROR_MESSAGE").startswith("503")
    assert attributes == {
        "RULE_ARN": bus.rule_arn,
        "TARGET_ARN": arn,
        "ERROR_CODE": "INTERNAL_ERROR",
        "RETRY_ATTEMPTS": "2",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
    }
    bus.metrics.wait_for_totals(
        MatchedEvents=1,
        TriggeredRules=1,
        Invocations=1,
        InvocationAttempts=3,
        RetryInvocationAttempts=2,
        FailedInvocations=1,
        InvocationsSentToDlq=1,
    )


def test_a_target_that_recovers_receives_the_event_once(bus: Bus) -> None:
    with _destination(bus) as (arn, endpoint):
        endpoint.status = 503
        bus.target("flaky", arn, RoleArn=ROLE)
        bus.put(1)
        eventually(lambda: len(endpoint.bodies) >= 2, within=30, what="a retry")
        endpoint.status = 200
        bus.metrics.wait_for_totals(Invocations=1, SuccessfulInvocationAttempts=1)
        assert endpoint.statuses.count(200) == 1
    assert bus.metrics.statistics("FailedInvocations") == []
    assert bus.metrics.statistics("InvocationsSentToDlq") == []


@pytest.mark.parametrize(
    "missing",
    [
        "arn:aws:sns:us-east-1:000000000000:missing",
        "arn:aws:sqs:us-east-1:000000000000:missing",
        "arn:aws:lambda:us-east-1:000000000000:function:missing",
        "arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/missing",
    ],
    ids=["sns", "sqs", "lambda", "logs"],
)
def test_a_target_that_does_not_exist_is_not_retried(bus: Bus, missing: str) -> None:
    bus.target("missing", missing)
    bus.put(1)
    attributes = _attributes(bus.dead_letter())
    assert (attributes["ERROR_CODE"], attributes["TARGET_ARN"]) == ("NO_RESOURCE", missing)
    assert attributes["RETRY_ATTEMPTS"] == "0"
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes
    bus.metrics.wait_for_totals(InvocationAttempts=1, FailedInvocations=1, InvocationsSentToDlq=1)


def test_slow_targets_do_not_hold_up_another(bus: Bus, emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=f"{bus.name}-healthy")["QueueUrl"]
    with _destination(bus) as (arn, endpoint):
        endpoint.pause_seconds = 60.0
        for number in range(SLOW_TARGETS):
            bus.target(f"a-slow-{number}", arn, RoleArn=ROLE)
        bus.target("b-healthy", _arn(sqs, url))
        bus.put(1)
        within = SLOW_TARGETS * DESTINATION_SECONDS - 5
        eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"), within=within, what="the event")
    sqs.delete_queue(QueueUrl=url)


def test_what_can_not_be_parked_is_counted(bus: Bus) -> None:
    bus.target("missing", "arn:aws:sqs:us-east-1:000000000000:a", dlq_arn=f"{bus.dlq_arn}-missing")
    bus.put(1)
    bus.metrics.wait_for_totals(FailedInvocations=1, InvocationsFailedToBeSentToDlq=1)


def test_a_disabled_rule_matches_nothing(bus: Bus, emulator: Emulator) -> None:
    events = emulator.client("events")
    bus.target("queue", bus.dlq_arn)
    events.disable_rule(Name=bus.name, EventBusName=bus.name)
    later = {"Name": f"{bus.name}-later", "EventBusName": bus.name}
    events.put_rule(**later, EventPattern=json.dumps({"source": ["tests"]}))
    bus.put(1)
    # PutEvents has answered before the bus looks at its rules, which it does in their order.
    dimensions = {"EventBusName": bus.name, "RuleName": later["Name"]}
    Metrics(emulator, "AWS/Events", dimensions).wait_for_totals(MatchedEvents=1)
    events.delete_rule(**later)
    events.enable_rule(Name=bus.name, EventBusName=bus.name)
    bus.put(2)
    assert json.loads(bus.dead_letter()["Body"])["detail"] == {"number": 2}
    bus.metrics.wait_for_totals(MatchedEvents=1)


@contextmanager
def _destination(bus: Bus) -> Iterator[tuple[str, Endpoint]]:
    """An API destination, by its ARN, and the endpoint that it leads to."""
    events = bus.emulator.client("events")
    with Endpoint() as endpoint:
        connection = events.create_connection(
            Name=bus.name,
            AuthorizationType="API_KEY",
            AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "value"}},
        )["ConnectionArn"]
        arn = events.create_api_destination(
            Name=bus.name, ConnectionArn=connection, InvocationEndpoint=endpoint.url, HttpMethod="POST"
        )["ApiDestinationArn"]
        yield arn, endpoint
        events.delete_api_destination(Name=bus.name)
        events.delete_connection(Name=bus.name)


def _attributes(message: dict[str, Any]) -> dict[str, str]:
    return {name: attribute["StringValue"] for name, attribute in message["MessageAttributes"].items()}


def _arn(sqs: Any, queue_url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])
