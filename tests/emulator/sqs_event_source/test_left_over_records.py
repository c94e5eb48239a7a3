"""Records left over from one batch: the next one's, unless SQS hands their messages out anew."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# Mappings of queues that give all they have at once, and a clock that is moved.
PROGRAM = """
from types import SimpleNamespace
from lab_emulator.sqs_event_source import batching_window
from lab_emulator.sqs_event_source.mapping_settings import MappingSettings

class Clock:
    now = 1000.0
    def monotonic(self):
        return self.now

class Queue:
    deletes = True
    def __init__(self, visibility_seconds=40, **bodies):
        self.visibility_timeout_seconds = visibility_seconds
        self.messages = [
            {"MessageId": name, "ReceiptHandle": name, "MD5OfBody": "", "Body": body}
            for name, body in bodies.items()
        ]
    def receive(self, max_messages):
        given, self.messages = self.messages[:max_messages], self.messages[max_messages:]
        return given
    def delete(self, receipt_handles):
        if not self.deletes:
            raise ConnectionError("on purpose")

clock = batching_window.time = Clock()

def collector(queue, *patterns):
    batching_window.MessageSignal = lambda arn: SimpleNamespace(wait=lambda *_: bool(queue.messages))
    arn = "arn:aws:sqs:us-east-1:000000000000:orders"
    return batching_window.BatchCollector(MappingSettings("", arn, "", 10, 0, 5, False, patterns), queue)

def collect(mapping):
    batch = mapping.collect(lambda: False)
    return sorted(batch.message_ids) if batch else None

def two_batches(seconds):
    mapping = collector(Queue(first="x" * 4_000_000, second="x" * 4_000_000))
    batches = [collect(mapping)]
    clock.now += seconds
    return [*batches, collect(mapping)]

def after_a_failed_poll(seconds):
    queue = Queue(wanted='{"kind": "order"}', unwanted='{"kind": "other"}')
    mapping = collector(queue, '{"body": {"kind": ["order"]}}')
    queue.deletes = False
    try:
        collect(mapping)
    except ConnectionError:
        queue.deletes = True
    clock.now += seconds
    return collect(mapping)

answer = {
    "two batches at once": two_batches(0),
    "two batches within the timeout": two_batches(39),
    "two batches beyond the timeout": two_batches(40),
    "a failed poll within the timeout": after_a_failed_poll(39),
    "a failed poll beyond the timeout": after_a_failed_poll(40),
    "no visibility timeout": collect(collector(Queue(visibility_seconds=0, only="x"))),
}
"""


@pytest.fixture(scope="module")
def collected() -> Any:
    return answer_of(PROGRAM)


def test_what_a_batch_of_six_megabytes_leaves_over_is_the_next_batch(collected: Any) -> None:
    assert collected["two batches at once"] == [["first"], ["second"]]
    assert collected["two batches within the timeout"] == [["first"], ["second"]]


def test_it_is_not_delivered_once_its_visibility_timeout_has_passed(collected: Any) -> None:
    assert collected["two batches beyond the timeout"] == [["first"], None]


def test_what_a_failed_poll_received_is_delivered_by_the_next(collected: Any) -> None:
    assert collected["a failed poll within the timeout"] == ["wanted"]


def test_unless_its_visibility_timeout_passed_while_the_mapping_paused(collected: Any) -> None:
    assert collected["a failed poll beyond the timeout"] is None


def test_a_queue_without_a_visibility_timeout_is_still_read(collected: Any) -> None:
    assert collected["no visibility timeout"] == ["only"]
