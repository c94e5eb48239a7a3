"""`lab dlq purge`, live: what it deletes is on record, and the record is enough to send it again."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from ops.lab.actions.dead_letters import bury
from ops.lab.app.dlq_purge import PurgedLetters, new_record, purge
from scenarios.ingestion import IngestionPipeline

# The DLQ is the same in either topology.
pytestmark = pytest.mark.one_topology


def test_a_purged_message_can_be_sent_again_and_one_in_flight_stays(
    pipeline: IngestionPipeline, tmp_path: Path
) -> None:
    sqs, dlq = pipeline.target.sqs, pipeline.target.output("DlqUrl")
    keys = [f"purged-{number:02d}-{uuid4()}" for number in range(12)]
    bury(pipeline.target, keys)
    [held] = sqs.receive_message(QueueUrl=dlq, VisibilityTimeout=120, MessageAttributeNames=["All"])[
        "Messages"
    ]
    done = PurgedLetters(new_record(tmp_path))
    for _ in purge(pipeline.target, done, len(keys)):
        pass

    assert (done.deleted, done.failed, done.left) == (len(keys) - 1, 0, 1)
    keys.remove(held["MessageAttributes"]["idempotencyKey"]["StringValue"])
    recorded = [json.loads(line) for line in done.record.read_text().splitlines()]
    assert sorted(each["MessageAttributes"]["idempotencyKey"]["StringValue"] for each in recorded) == keys
    for each in recorded:
        sqs.send_message(
            QueueUrl=pipeline.target.output("QueueUrl"),
            MessageBody=each["MessageBody"],
            MessageAttributes=each["MessageAttributes"],
        )
    for key in keys:
        pipeline.await_status(key, "SUCCEEDED")
    sqs.delete_message(QueueUrl=dlq, ReceiptHandle=held["ReceiptHandle"])
    pipeline.await_empty_queues()
