"""Messages end with their retention, in a dead-letter queue too: counted from when they were first sent."""

import time

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.sqs.queues import give_up, open_pair, open_queue

SHORTEST_SECONDS = 60  # SetQueueAttributes, SQS API reference
HEAD_START_SECONDS = 15  # between what must be gone and what must still be there


def test_retention_ends_messages_by_the_time_they_were_first_sent(emulator: Emulator) -> None:
    """One test for all of it, since the shortest retention is a minute."""
    retention = {"MessageRetentionPeriod": str(SHORTEST_SECONDS)}
    source, dlq = open_pair(emulator, max_receive_count=1, attributes=retention)
    fifo, fifo_dlq = open_pair(emulator, max_receive_count=1, attributes=retention, fifo=True)
    waiting, held, kept = (open_queue(emulator, one) for one in (retention, retention, {}))
    late = open_queue(emulator, retention)

    began_at = time.time()
    source.send("to be given up later")
    fifo.send("a", MessageGroupId="group", MessageDeduplicationId="a")
    waiting.send("visible")
    waiting.send("delayed", DelaySeconds=900)
    held.send("in flight")
    handle = held.received(visibility_seconds=600)["ReceiptHandle"]
    kept.send("for four days")

    eventually(lambda: time.time() - began_at >= HEAD_START_SECONDS, within=HEAD_START_SECONDS + 5)
    give_up(source, dlq, receives=1)
    give_up(fifo, fifo_dlq, receives=1)
    late.send("later")
    assert [queue.depth() for queue in (dlq, fifo_dlq, waiting, held, kept, late)] == [1, 1, 2, 1, 1, 1]

    seconds = eventually(
        lambda: [queue.depth() for queue in (dlq, waiting, held)] == [0, 0, 0] and time.time() - began_at,
        within=SHORTEST_SECONDS,
        what="the end of the messages",
    )
    assert seconds >= SHORTEST_SECONDS - 1
    # The dead letter of a FIFO queue begins anew where it is put.
    assert [queue.depth() for queue in (fifo_dlq, kept, late)] == [1, 1, 1]
    held.sqs.delete_message(QueueUrl=held.url, ReceiptHandle=handle)  # as AWS: no error for what is gone

    eventually(lambda: fifo_dlq.depth() == 0, within=SHORTEST_SECONDS, what="the end in the FIFO DLQ")
    fifo_dlq.send("next of its group", MessageGroupId="group", MessageDeduplicationId="b")
    assert fifo_dlq.received(visibility_seconds=60)["Body"] == "next of its group"
    assert kept.received()["Body"] == "for four days"

    # As on AWS, where a shorter period takes up to 15 minutes to hold for what is there (SetQueueAttributes).
    kept.sqs.set_queue_attributes(QueueUrl=kept.url, Attributes=retention)
    eventually(lambda: kept.depth() == 0, within=15, what="the end by the shorter retention")
