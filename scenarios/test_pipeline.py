"""The main job, end to end: accept, process once, refuse the invalid, park the poisoned, bring it back."""

import sys
from uuid import uuid4

import pytest

from functions.ingestion.failure_mode import FailureMode
from ops.lab.app import queue_depth
from ops.lab.app.function_names import FunctionName
from ops.lab.app.redrive_client import RedriveClient, RedriveFilters
from ops.lab.app.traffic import send_events
from ops.lab.app.traffic_outcome import wait_for_outcome
from ops.lab.waiting import eventually
from scenarios.ingestion import SECONDS_FOR_A_RETRY, IngestionPipeline


def test_an_accepted_event_succeeds_and_is_announced_once(pipeline: IngestionPipeline) -> None:
    key = f"happy-{uuid4()}"
    answer = pipeline.api.post_event({"orderId": "order-1", "amount": 42.50}, key)
    assert (answer.status, answer.body["idempotencyKey"]) == (202, key)

    item = pipeline.await_status(key, "SUCCEEDED")

    assert item.attempts == 1
    [event] = pipeline.await_success_events(key)
    assert event["detail"]["orderId"] == "order-1"
    assert event["detail"]["checksum"] == item.checksum
    # The log of an invocation comes when it has ended, which the table does not wait for.
    [line] = eventually(
        lambda: [
            line for line in pipeline.log_lines(FunctionName.WORKER) if line.get("idempotencyKey") == key
        ],
        within=20,
        what=f"a line of {key}",
    )
    assert line["processed"] is True
    pipeline.await_empty_queues()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"amount": 1}, id="no orderId"),
        pytest.param({"orderId": "o"}, id="no amount"),
        pytest.param({"orderId": "o", "amount": "1"}, id="amount is text"),
        pytest.param({"orderId": "", "amount": 1}, id="empty orderId"),
    ],
)
def test_an_invalid_event_is_refused_and_never_queued(
    pipeline: IngestionPipeline, body: dict[str, object]
) -> None:
    key = f"invalid-{uuid4()}"

    answer = pipeline.api.post_event(body, key)

    assert answer.status == 400
    assert answer.body["status"] == 400
    assert answer.body["detail"]
    assert queue_depth.main_queue(pipeline.target).total == 0
    assert pipeline.item(key) is None


def test_a_duplicate_changes_nothing_and_is_not_announced_again(pipeline: IngestionPipeline) -> None:
    key = f"duplicate-{uuid4()}"
    first = wait_for_outcome(pipeline.target, send_events(pipeline.target, keys=[key]))
    assert first.succeeded == 1
    item = pipeline.item(key)

    second = wait_for_outcome(pipeline.target, send_events(pipeline.target, keys=[key]))

    assert (second.succeeded, second.duplicates, second.changed) == (0, 1, 0)
    assert pipeline.item(key) == item
    assert len(pipeline.await_success_events(key)) == 1


@pytest.mark.one_topology  # the claim that refuses it is the same in both
def test_a_reused_key_with_another_payload_is_dead_lettered_and_harms_nothing(
    pipeline: IngestionPipeline,
) -> None:
    key = f"reused-{uuid4()}"
    pipeline.api.post_event({"orderId": "order-1", "amount": 1}, key)
    item = pipeline.await_status(key, "SUCCEEDED")

    assert pipeline.api.post_event({"orderId": "order-2", "amount": 2}, key).status == 202

    pipeline.await_dead_letters(1)
    assert pipeline.item(key) == item
    pipeline.purge_dead_letters()


@pytest.mark.one_topology  # the drill poison_payload is the same in both
def test_poison_goes_to_the_dlq_and_a_redrive_after_the_repair_brings_it_back(
    pipeline: IngestionPipeline,
) -> None:
    keys = [f"poison-{number}-{uuid4()}" for number in range(3)]
    pipeline.break_with(FailureMode.POISON_PAYLOAD)
    send_events(pipeline.target, keys=keys)
    pipeline.await_dead_letters(len(keys))
    for key in keys:
        item = pipeline.await_status(key, "FAILED")
        assert item.error_type == "SchemaValidationError"
    redrive = RedriveClient.of(pipeline.target)
    preview = redrive.preview(RedriveFilters(error_type="SchemaValidationError", max_messages=20))
    assert {letter.idempotency_key for letter in preview.letters} == set(keys)
    assert queue_depth.dead_letter_queue(pipeline.target).visible == len(keys)

    pipeline.heal()
    job = redrive.start(RedriveFilters(max_messages=100, per_message_delay_jitter=2))
    job = redrive.wait_for_job(job.job_id)

    assert (job.status, job.moved, job.failed) == ("SUCCEEDED", len(keys), 0)
    for key in keys:
        pipeline.await_status(key, "SUCCEEDED", within=SECONDS_FOR_A_RETRY)
        assert len(pipeline.await_success_events(key)) == 1
    pipeline.await_empty_queues()


@pytest.mark.skipif(sys.platform != "linux", reason="finds the function's process in /proc")
def test_a_killed_worker_loses_nothing_and_repeats_nothing(pipeline: IngestionPipeline) -> None:
    key = f"killed-{uuid4()}"
    pipeline.break_with(FailureMode.SLOW_DOWNSTREAM)
    pipeline.api.post_event({"orderId": "order-1", "amount": 1}, key)
    pipeline.await_status(key, "INFLIGHT")

    pipeline.engine.kill_function(pipeline.target.output("WorkerFunctionName"))
    pipeline.heal()

    item = pipeline.await_status(key, "SUCCEEDED", within=SECONDS_FOR_A_RETRY)
    assert item.attempts == 2
    assert len(pipeline.await_success_events(key)) == 1
    pipeline.await_empty_queues()
