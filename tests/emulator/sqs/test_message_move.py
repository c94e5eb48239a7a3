"""StartMessageMoveTask hands every message on as a new one, as AWS does."""

import time
from typing import Any

import pytest

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.sqs.queues import OpenQueue, give_up, open_pair, open_queue

ATTRIBUTES = {
    "kind": {"DataType": "String", "StringValue": "order"},
    "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
}
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
TRACE_HEADER = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}


def test_a_moved_message_is_new_and_has_its_receives_before_it(emulator: Emulator) -> None:
    source, dlq = open_pair(emulator, max_receive_count=3)
    sent_id = source.send("broken", MessageAttributes=ATTRIBUTES, MessageSystemAttributes=TRACE_HEADER)
    give_up(source, dlq, receives=3)
    letter = dlq.received()
    assert letter["MessageId"] == sent_id
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == source.arn

    assert _move(dlq)["ApproximateNumberOfMessagesMoved"] == 1

    counts = []
    for _ in range(3):
        message = source.received()
        counts.append(message["Attributes"]["ApproximateReceiveCount"])
    assert counts == ["1", "2", "3"]
    assert message["MessageId"] != sent_id
    assert message["Body"] == "broken"
    assert message["MessageAttributes"] == ATTRIBUTES
    assert message["MD5OfMessageAttributes"] == letter["MD5OfMessageAttributes"]
    system = message["Attributes"]
    assert system["AWSTraceHeader"] == TRACE
    assert int(system["SentTimestamp"]) > int(letter["Attributes"]["SentTimestamp"])
    assert "DeadLetterQueueSourceArn" not in system
    assert dlq.depth() == 0
    eventually(lambda: source.receive() is None and dlq.depth() == 1, within=15, what="the dead letter")


def test_a_moved_message_goes_where_it_is_told(emulator: Emulator) -> None:
    source, dlq = open_pair(emulator, max_receive_count=1)
    elsewhere = open_queue(emulator)
    sent_id = source.send("broken")
    give_up(source, dlq, receives=1)
    _move(dlq, DestinationArn=elsewhere.arn)
    message = elsewhere.received()
    assert message["MessageId"] != sent_id
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert source.depth() == 0


def test_a_fifo_message_comes_back_within_the_deduplication_interval(emulator: Emulator) -> None:
    source, dlq = open_pair(emulator, max_receive_count=1, fifo=True)
    source.send("broken", MessageGroupId="group", MessageDeduplicationId="once")
    give_up(source, dlq, receives=1)
    _move(dlq)
    message = source.received()
    assert message["Body"] == "broken"
    assert message["Attributes"]["MessageGroupId"] == "group"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"


def test_a_message_without_a_source_queue_fails_the_task_and_stays(emulator: Emulator) -> None:
    _source, dlq = open_pair(emulator, max_receive_count=1)
    dlq.send("sent here by hand")
    task = _move(dlq, status="FAILED")
    assert task["FailureReason"] == "CouldNotDetermineMessageSource"
    assert dlq.received()["Body"] == "sent here by hand"


def test_a_task_tells_when_it_began(emulator: Emulator) -> None:
    _source, dlq = open_pair(emulator, max_receive_count=1)
    began_ms = time.time() * 1000
    assert _move(dlq)["StartedTimestamp"] == pytest.approx(began_ms, abs=60_000)


def _move(dlq: OpenQueue, status: str = "COMPLETED", **options: Any) -> dict[str, Any]:
    dlq.sqs.start_message_move_task(SourceArn=dlq.arn, **options)
    task: dict[str, Any] = eventually(
        lambda: dlq.sqs.list_message_move_tasks(SourceArn=dlq.arn)["Results"][0],
        until=lambda task: task["Status"] in ("COMPLETED", "FAILED"),
        within=15,
        what="the end of the task",
    )
    assert task["Status"] == status
    return task
