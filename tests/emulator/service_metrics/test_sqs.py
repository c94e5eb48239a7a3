"""Metrics of a queue: depths, ages, and each message that comes and goes."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.metrics import Metrics

AGE = "ApproximateAgeOfOldestMessage"


@dataclass(frozen=True)
class Queue:
    """A queue that holds a message back for a second, and what is measured of it."""

    sqs: Any
    url: str
    metrics: Metrics

    def send(self, body: str, **options: Any) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **options)

    def receive(self) -> dict[str, Any] | None:
        messages = self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=2).get("Messages")
        return messages[0] if messages else None

    def arn(self) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def wait_for_age(self, seconds: float) -> None:
        eventually(lambda: self.metrics.highest(AGE) or 0, until=lambda age: age >= seconds, within=30)


@pytest.fixture
def queue(emulator: Emulator) -> Iterator[Queue]:
    opened = _open(emulator, VisibilityTimeout="1")
    yield opened
    opened.sqs.delete_queue(QueueUrl=opened.url)


def test_depths_are_sampled_every_second_or_two(queue: Queue) -> None:
    queue.send("visible")
    queue.send("in flight")
    queue.send("delayed", DelaySeconds=60)
    queue.sqs.receive_message(QueueUrl=queue.url, VisibilityTimeout=60)

    def depths() -> list[float | None]:
        kinds = ("Visible", "NotVisible", "Delayed")
        return [queue.metrics.highest(f"ApproximateNumberOfMessages{kind}") for kind in kinds]

    eventually(lambda: all(depths()), within=30, what="three depths")
    before = _samples(queue)
    eventually(lambda: _samples(queue) >= before + 3, within=30, what="three more samples")


def test_messages_are_counted_as_they_come_and_go(emulator: Emulator) -> None:
    queue = _open(emulator)  # whose messages are invisible until they are deleted, however long that takes
    for body in ("four", "seven.."):
        queue.send(body)
    while (message := queue.receive()) is not None:
        queue.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    queue.metrics.wait_for_totals(
        NumberOfMessagesSent=2,
        SentMessageSize=len("four") + len("seven.."),
        NumberOfMessagesReceived=2,
        NumberOfMessagesDeleted=2,
        NumberOfEmptyReceives=1,
    )
    queue.sqs.delete_queue(QueueUrl=queue.url)


def test_the_oldest_message_has_the_age_since_it_was_sent(queue: Queue) -> None:
    sent_at = time.time()
    queue.send("waits")
    queue.receive()
    queue.wait_for_age(2)
    assert time.time() - sent_at >= 1.5


def test_a_message_received_three_times_leaves_the_age(queue: Queue) -> None:
    queue.send("poison")
    for _ in range(3):
        assert eventually(queue.receive, within=30)
    settled = eventually(lambda: _age_samples(queue), until=_steady(), within=30, every=2)
    queue.send("healthy")
    eventually(lambda: _age_samples(queue) > settled, within=30, what="the age of a healthy message")


def test_an_empty_queue_has_no_age(queue: Queue) -> None:
    eventually(lambda: _samples(queue) >= 2, within=30, what="two samples")
    assert queue.metrics.statistics(AGE) == []


def test_what_sqs_moves_to_a_dead_letter_queue_is_young_there_and_was_not_sent(emulator: Emulator) -> None:
    dlq = _open(emulator)
    policy = json.dumps({"deadLetterTargetArn": dlq.arn(), "maxReceiveCount": 1})
    source = _open(emulator, VisibilityTimeout="3", RedrivePolicy=policy)
    source.send("poison")
    assert source.receive() is not None
    source.wait_for_age(5)
    asked_at = 0.0

    def is_moved() -> bool:
        nonlocal asked_at
        asked_at = time.time()  # the last one, for which the message is moved
        return source.receive() is None and _visible(dlq) == 1

    eventually(is_moved, within=30, what="the dead letter")
    first_age = eventually(lambda: dlq.metrics.statistics(AGE), within=30)[0]["Minimum"]
    # Counted from when the message was sent it would be five seconds more.
    assert first_age <= time.time() - asked_at + 0.5
    dlq.wait_for_age(2)
    assert dlq.metrics.statistics("NumberOfMessagesSent") == []
    for each in (source, dlq):
        each.sqs.delete_queue(QueueUrl=each.url)


def _open(emulator: Emulator, **attributes: str) -> Queue:
    name = f"metrics-{uuid.uuid4().hex[:8]}"
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Queue(sqs, url, Metrics(emulator, "AWS/SQS", {"QueueName": name}))


def _visible(queue: Queue) -> int:
    name = "ApproximateNumberOfMessages"
    answer = queue.sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=[name])
    return int(answer["Attributes"][name])


def _samples(queue: Queue) -> float:
    points = queue.metrics.statistics("ApproximateNumberOfMessagesVisible")
    return float(sum(point["SampleCount"] for point in points))


def _age_samples(queue: Queue) -> float:
    return float(sum(point["SampleCount"] for point in queue.metrics.statistics(AGE)))


def _steady() -> Any:
    """A condition that holds once a value is the same as when it was last looked at."""
    seen: list[float] = []

    def is_steady(value: float) -> bool:
        seen.append(value)
        return len(seen) > 1 and seen[-2] == value

    return is_steady
