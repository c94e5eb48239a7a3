"""Delivery that breaks beside its target: it has ended, and the schedule's next event is delivered."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# A provider without a running LocalStack, whose metrics break for the first event of a rule.
PROGRAM = """
import time
from localstack.services.events.models import Rule
from lab_emulator.event_delivery import target_delivery
from lab_emulator.event_delivery.provider import LabEventsProvider

class Sender:
    arn = "arn:aws:sqs:us-east-1:000000000000:orders"
    received = []
    def process_event(self, event, trace_header):
        self.received.append(event["id"])

def break_once(rule, is_retry):
    target_delivery.metrics.count_attempt = lambda rule, is_retry: None
    raise KeyError("on purpose")

target_delivery.metrics.count_attempt = break_once
provider, rule = LabEventsProvider(), Rule("hourly", "us-east-1", "000000000000", "rate(1 hour)")
rule.targets["queue"] = {"Id": "queue", "Arn": Sender.arn}
key = f"{rule.arn}-queue"
provider._target_sender_store[key] = Sender()

def fire():
    provider._fire(rule)
    deadline = time.monotonic() + 20
    while not provider._fired[key].ended and time.monotonic() < deadline:
        time.sleep(0.01)
    return provider._fired[key]

first, second = fire(), fire()
received = Sender.received == [second.event["id"]]
answer = {"first": first.ended, "anew": first is not second, "received": received}
"""


@pytest.fixture(scope="module")
def fired() -> Any:
    return answer_of(PROGRAM)


def test_a_delivery_that_breaks_has_ended(fired: Any) -> None:
    assert fired["first"]


def test_the_next_event_of_the_schedule_is_delivered(fired: Any) -> None:
    assert fired["anew"]
    assert fired["received"]
