"""Redrive jobs, live: their size, their end before time, and what they must not send round again."""

from uuid import uuid4

import pytest

from ops.lab.actions.dead_letters import bury
from ops.lab.app import queue_depth
from ops.lab.app.redrive_client import JobAtWork, RedriveClient, RedriveFilters
from ops.lab.app.state_table import read_items
from ops.lab.waiting import eventually
from scenarios.ingestion import IngestionPipeline

# The redrive is the same in either topology.
pytestmark = pytest.mark.one_topology

MANY = 1_000


def _keys(name: str, count: int) -> list[str]:
    return [f"{name}-{number:04d}-{uuid4()}" for number in range(count)]


def test_one_job_brings_a_thousand_dead_letters_back_and_all_succeed(pipeline: IngestionPipeline) -> None:
    keys = _keys("thousand", MANY)
    bury(pipeline.target, keys)
    redrive = RedriveClient.of(pipeline.target)

    job = redrive.start(RedriveFilters(max_messages=MANY, per_message_delay_jitter=20))
    job = eventually(
        lambda: redrive.job(job.job_id),
        within=60,
        until=lambda seen: seen.is_finished,
        moves=pipeline.engine.function_seconds,
        what="the end of the job",
    )

    assert (job.status, job.moved, job.failed) == ("SUCCEEDED", MANY, 0)
    assert queue_depth.dead_letter_queue(pipeline.target).total == 0
    eventually(
        lambda: sum(item.status == "SUCCEEDED" for item in read_items(pipeline.target, keys).values()),
        within=120,
        until=lambda succeeded: succeeded == MANY,
        every=1,
        moves=pipeline.engine.function_seconds,
        what=f"the success of {MANY} redriven events",
    )
    pipeline.await_empty_queues()


def test_a_cancelled_job_stops_and_leaves_the_rest_where_it_was(pipeline: IngestionPipeline) -> None:
    keys = _keys("cancel", 40)
    bury(pipeline.target, keys)
    redrive = RedriveClient.of(pipeline.target)
    # 40 s, for what is done before it is cancelled.
    job = redrive.start(RedriveFilters(max_messages=100, rate_per_second=1))
    eventually(
        lambda: redrive.job(job.job_id).moved,
        within=20,
        moves=pipeline.engine.function_seconds,
        what="the first moved message",
    )

    with pytest.raises(JobAtWork) as refusal:
        redrive.start()
    assert refusal.value.job_id == job.job_id
    assert redrive.cancel(job.job_id).status == "CANCELLING"
    stopped = redrive.wait_for_job(job.job_id)

    assert stopped.status == "CANCELLED"
    assert 0 < stopped.moved < len(keys)
    assert queue_depth.dead_letter_queue(pipeline.target).visible == len(keys) - stopped.moved
    rest = redrive.wait_for_job(redrive.start().job_id)
    assert rest.moved == len(keys) - stopped.moved
    for key in keys:
        pipeline.await_status(key, "SUCCEEDED")
    pipeline.await_empty_queues()


def test_a_letter_redriven_too_often_is_parked_with_its_reason(pipeline: IngestionPipeline) -> None:
    stubborn, fresh = f"stubborn-{uuid4()}", f"fresh-{uuid4()}"
    bury(pipeline.target, [stubborn], redriveCount="3")
    bury(pipeline.target, [fresh])
    redrive = RedriveClient.of(pipeline.target)

    job = redrive.wait_for_job(redrive.start().job_id)

    assert (job.moved, job.parked) == (1, 1)
    parked = pipeline.target.sqs.receive_message(
        QueueUrl=pipeline.target.output("ParkedUrl"), MessageAttributeNames=["All"], WaitTimeSeconds=1
    )["Messages"]
    attributes = [
        {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
        for message in parked
    ]
    assert attributes == [
        {"idempotencyKey": stubborn, "redriveCount": "3", "parkedReason": "RedrivenTooOften"}
    ]
    pipeline.await_status(fresh, "SUCCEEDED")
    assert pipeline.item(stubborn) is None
    pipeline.target.sqs.purge_queue(QueueUrl=pipeline.target.output("ParkedUrl"))
    pipeline.await_empty_queues()


def test_a_preview_holds_nothing_back(pipeline: IngestionPipeline) -> None:
    keys = _keys("preview", 25)
    bury(pipeline.target, keys)
    redrive = RedriveClient.of(pipeline.target)

    for _ in range(2):
        preview = redrive.preview(RedriveFilters(max_messages=100))
        assert {letter.idempotency_key for letter in preview.letters} == set(keys)
        assert queue_depth.dead_letter_queue(pipeline.target).visible == len(keys)

    assert {letter.receive_count for letter in preview.letters} == {2}
    pipeline.purge_dead_letters()
