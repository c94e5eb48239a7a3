"""Schedules of rules: their pace under LAB_SPEED, and what becomes of a firing that no target takes."""

import itertools
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.app import alarm_speed
from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator

SPEED = 20
PERIOD_SECONDS = 60 / SPEED
# The scheduler's clock is read ten times a second, and may have run this far ahead when its speed is changed.
EARLY_SECONDS = 0.5


@dataclass
class Schedule:
    """A rule and the queue that it fires at."""

    emulator: Emulator
    name: str
    queue_url: str
    queue_arn: str

    def put(self, expression: str, **settings: Any) -> None:
        events = self.emulator.client("events")
        events.put_rule(Name=self.name, ScheduleExpression=expression, **settings)
        events.put_targets(Rule=self.name, Targets=[{"Id": "queue", "Arn": self.queue_arn}])

    def firings(self, count: int, *, within: float = 60) -> list[dict[str, Any]]:
        """Wait for so many messages, and return them in the order in which they were sent."""
        sqs, received = self.emulator.client("sqs"), []

        def receive() -> int:
            answer = sqs.receive_message(
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=10,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            received.extend(answer.get("Messages", []))
            return len(received)

        eventually(receive, until=lambda number: number >= count, within=within, what=f"{count} firings")
        return sorted(received, key=_sent_at)


@pytest.fixture
def schedule(emulator: Emulator) -> Iterator[Schedule]:
    alarm_speed.set_speed(emulator.endpoint, SPEED)
    sqs, events = emulator.client("sqs"), emulator.client("events")
    name = f"schedule-{uuid.uuid4().hex[:8]}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    yield Schedule(emulator, name, url, arn)
    alarm_speed.set_speed(emulator.endpoint, 1)
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    events.remove_targets(Rule=name, Ids=[target["Id"] for target in targets])
    events.delete_rule(Name=name)
    sqs.delete_queue(QueueUrl=url)


@pytest.mark.parametrize("expression", ["rate(1 minute)", "cron(* * ? * 1-7 *)"])
def test_its_periods_pass_as_fast_as_those_of_alarms(schedule: Schedule, expression: str) -> None:
    put_at = time.time()
    schedule.put(expression)
    firings = schedule.firings(4)
    sent = [_sent_at(firing) for firing in firings[:4]]
    # Any one may come late on a busy machine, which shortens the pause after it: none comes too early since
    # the rule was put, and the shortest pause is no longer than a period.
    assert [at - put_at >= number * PERIOD_SECONDS - EARLY_SECONDS for number, at in enumerate(sent)] == [
        True
    ] * 4
    assert min(later - at for at, later in itertools.pairwise(sent)) <= PERIOD_SECONDS + 1
    event = json.loads(firings[0]["Body"])
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")


def test_a_rule_that_is_put_again_fires_no_more_often(schedule: Schedule) -> None:
    put_at = time.time()
    schedule.put("rate(1 minute)")
    schedule.put("rate(1 minute)", Description="the same, as a second deployment puts it")
    _first, second = schedule.firings(2)[:2]
    assert _sent_at(second) - put_at >= 2 * PERIOD_SECONDS - EARLY_SECONDS


def test_a_disabled_rule_does_not_fire_until_it_is_enabled(schedule: Schedule) -> None:
    schedule.put("rate(1 minute)", State="DISABLED")
    other = Schedule(schedule.emulator, f"{schedule.name}-other", schedule.queue_url, schedule.queue_arn)
    other.put("rate(1 minute)")
    sources = {json.loads(firing["Body"])["resources"][0] for firing in other.firings(2)}
    events = schedule.emulator.client("events")
    events.remove_targets(Rule=other.name, Ids=["queue"])
    events.delete_rule(Name=other.name)
    assert {arn.rpartition("/")[2] for arn in sources} == {other.name}
    events.enable_rule(Name=schedule.name)
    assert schedule.firings(1)


def test_a_firing_that_cannot_be_delivered_is_parked(schedule: Schedule) -> None:
    schedule.put("rate(1 minute)")
    missing = f"{schedule.queue_arn}-missing"
    target = {"Id": "queue", "Arn": missing, "DeadLetterConfig": {"Arn": schedule.queue_arn}}
    schedule.emulator.client("events").put_targets(Rule=schedule.name, Targets=[target])
    [letter, *_] = schedule.firings(1)
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert (attributes["TARGET_ARN"], attributes["ERROR_CODE"]) == (missing, "NO_RESOURCE")


def test_aws_schedules_are_taken_and_others_refused_in_aws_words(schedule: Schedule) -> None:
    for fields in ("0 2 ? * SAT#3 *", "15 10 ? * 6L *", "0 10 15W * ? *", "0 10 LW * ? *"):
        schedule.put(f"cron({fields})")
    for expression in (
        "cron(61 * * * ? *)",
        "cron(0 1 * * * *)",
        "rate(1 minutes)",
        "rate(10 minute)",
        "rate(0 minutes)",
        " rate(10 minutes)",
        "every hour",
    ):
        with pytest.raises(ClientError) as refused:
            schedule.emulator.client("events").put_rule(Name="never", ScheduleExpression=expression)
        assert refused.value.response["Error"] == {
            "Code": "ValidationException",
            "Message": "Parameter ScheduleExpression is not valid.",
        }


def _sent_at(message: dict[str, Any]) -> float:
    return int(message["Attributes"]["SentTimestamp"]) / 1000
