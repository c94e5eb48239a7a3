"""One runner at a time, whatever Lambda repeats; cancellation; jobs that outlive an invocation."""

from typing import Any

import pytest

from functions.common.errors import Conflict, LeaseLost
from functions.redrive.job import GRACE_SECONDS, LEASE_SECONDS, RedriveCounts
from functions.redrive_runner.runner import MAX_INVOCATIONS
from tests.functions.redrive_runner.conftest import Workshop

# Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation".
SECONDS_BEFORE_LAMBDA_REPEATS = 60


def test_a_second_runner_of_a_live_job_does_nothing(shop: Workshop) -> None:
    shop.letters.add("a")
    job = shop.queue()
    shop.lease(job).take()
    assert shop.invoke(job).status == "RUNNING"
    assert shop.letters.visible() == 1


def test_a_repeated_event_of_a_finished_job_does_nothing(shop: Workshop) -> None:
    job = shop.run()
    shop.letters.add("later")
    assert shop.invoke(job).document == job.document
    assert shop.letters.visible() == 1


def test_a_repeat_after_a_crash_goes_on_with_the_counts(shop: Workshop) -> None:
    shop.letters.add("a")
    job = shop.queue()
    crashed = shop.lease(job)
    crashed.take()
    crashed.report(RedriveCounts(moved=7, skipped=3))
    shop.lease_clock.advance(LEASE_SECONDS + 1)
    finished = shop.invoke(job)
    assert (finished.status, finished.counts.moved, finished.counts.skipped) == ("SUCCEEDED", 8, 0)
    with pytest.raises(LeaseLost):
        crashed.report(RedriveCounts())


def test_what_a_dead_runner_held_is_back_before_lambda_repeats_its_event(shop: Workshop) -> None:
    holds: set[int] = set()

    def receive_message(**parameters: Any) -> Any:
        holds.add(parameters["VisibilityTimeout"])
        return shop.sqs.receive_message(**parameters)

    shop.overriding(receive_message=receive_message).run()
    assert max(holds) < SECONDS_BEFORE_LAMBDA_REPEATS
    assert LEASE_SECONDS < SECONDS_BEFORE_LAMBDA_REPEATS < LEASE_SECONDS + GRACE_SECONDS


def test_a_job_that_nobody_goes_on_with_is_declared_failed_by_the_next_look(shop: Workshop) -> None:
    job = shop.queue()
    lease = shop.lease(job)
    lease.take()
    shop.lease_clock.advance(LEASE_SECONDS + GRACE_SECONDS - 1)
    assert shop.jobs.find(job.job_id).status == "RUNNING"
    shop.lease_clock.advance(2)
    lost = shop.jobs.find(job.job_id)
    assert (lost.status, lost.document["stopReason"]) == ("FAILED", "runnerLost")
    with pytest.raises(LeaseLost):
        lease.report(RedriveCounts())


def test_a_cancelled_job_stops_after_its_batch(shop: Workshop) -> None:
    for index in range(30):
        shop.letters.add(f"key-{index}")
    job = shop.queue()

    def delete_message_batch(**parameters: Any) -> Any:
        assert shop.jobs.cancel(job.job_id).status == "CANCELLING"
        return shop.sqs.delete_message_batch(**parameters)

    cancelled = shop.overriding(delete_message_batch=delete_message_batch).invoke(job)
    assert (cancelled.status, cancelled.counts.moved) == ("CANCELLED", 10)
    assert cancelled.document["stopReason"] == "cancelled"
    assert shop.letters.visible() == 20


def test_a_job_cancelled_before_its_runner_came_moves_nothing(shop: Workshop) -> None:
    shop.letters.add("a")
    job = shop.queue()
    shop.jobs.cancel(job.job_id)
    assert shop.invoke(job).status == "CANCELLED"
    assert shop.letters.visible() == 1


def test_a_finished_job_cannot_be_cancelled(shop: Workshop) -> None:
    job = shop.run()
    with pytest.raises(Conflict, match="finished"):
        shop.jobs.cancel(job.job_id)


def test_a_job_that_runs_out_of_time_goes_on_in_another_invocation(shop: Workshop) -> None:
    for index in range(30):
        shop.letters.add(f"key-{index}")
    job = shop.queue()
    interrupted = shop.invoke(job, iter([900_000, 900_000, 5_000]).__next__)
    assert (interrupted.status, interrupted.counts.moved) == ("RUNNING", 10)
    assert shop.called_again == [job.job_id]
    finished = shop.invoke(job)
    assert (finished.status, finished.counts.moved) == ("SUCCEEDED", 30)
    assert shop.called_again == [job.job_id]


def test_the_chain_of_invocations_ends(shop: Workshop) -> None:
    job = shop.queue()
    for _ in range(MAX_INVOCATIONS):
        job = shop.invoke(job, iter([900_000, 5_000]).__next__)
    assert (job.status, job.document["stopReason"]) == ("SUCCEEDED", "timeLimit")
    assert len(shop.called_again) == MAX_INVOCATIONS - 1


def test_an_unknown_job_is_none_to_work_on(shop: Workshop) -> None:
    job = shop.queue()
    shop.aws.dynamodb.delete_item(TableName=shop.aws.jobs_table_name, Key={"jobId": {"S": job.job_id}})
    with pytest.raises(LeaseLost):
        shop.lease(job).take()
