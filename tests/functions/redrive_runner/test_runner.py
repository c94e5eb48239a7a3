"""What a job does to the queues."""

from dataclasses import replace
from typing import Any

import pytest

from functions.common.clock import Deadline
from functions.common.error_category import error_type
from functions.common.errors import CircuitOpen
from functions.common.sqs_message import MAX_BYTES
from functions.redrive.job import RedriveCounts
from functions.redrive_runner.job_lease import JobLease
from tests.functions.doubles import client_error, raising
from tests.functions.redrive_runner.conftest import Overridden, Workshop

POISON, TIMEOUT = ("SchemaValidationError", "VALIDATION"), ("OutOfTime", "TIMEOUT")


def test_moves_every_letter_with_its_body_and_says_so(shop: Workshop) -> None:
    bodies = {shop.letters.add(f"key-{index}") for index in range(25)}
    job = shop.run()
    assert (job.status, job.counts.moved, job.document["stopReason"]) == ("SUCCEEDED", 25, "drained")
    assert {message["Body"] for message in shop.main_messages()} == bodies
    assert shop.letters.visible() == 0


def test_an_empty_queue_makes_a_short_job(shop: Workshop) -> None:
    job = shop.run()
    assert (job.status, job.counts.taken, job.document["stopReason"]) == ("SUCCEEDED", 0, "drained")
    assert job.document["finishedAt"]


def test_a_job_beside_another_walk_says_that_letters_are_held(shop: Workshop) -> None:
    shop.letters.add("a")
    shop.aws.receive_all(shop.aws.dlq_url)
    job = shop.run()
    assert (job.status, job.counts.taken, job.document["stopReason"]) == ("SUCCEEDED", 0, "heldElsewhere")


def test_keeps_attributes_and_counts_redrives(shop: Workshop) -> None:
    shop.letters.add("a", submittedAt="2026-11-21T10:00:00.000Z", redriveCount="1")
    delayed: list[Any] = []

    def send_message_batch(QueueUrl: str, Entries: Any) -> Any:
        delayed.extend(Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    shop.overriding(send_message_batch=send_message_batch).run()
    [entry] = delayed
    assert {name: value["StringValue"] for name, value in entry["MessageAttributes"].items()} == {
        "idempotencyKey": "a",
        "errorTypeCandidate": "NONE",
        "submittedAt": "2026-11-21T10:00:00.000Z",
        "redriveCount": "2",
    }
    assert 0 <= entry["DelaySeconds"] <= 10


@pytest.mark.parametrize("wanted", ["SchemaValidationError", "VALIDATION"])
def test_moves_only_what_the_filter_names_and_puts_the_rest_back(shop: Workshop, wanted: str) -> None:
    for index in range(12):
        shop.letters.add(f"slow-{index}", TIMEOUT)
    shop.letters.add("poison", POISON)
    job = shop.run(errorType=wanted)
    assert (job.counts.moved, job.counts.skipped) == (1, 12)
    assert len(shop.main_messages()) == 1
    assert shop.letters.visible() == 12


def test_moves_the_letters_of_the_keys_that_it_names_and_no_other(shop: Workshop) -> None:
    bodies = {key: shop.letters.add(key, POISON) for key in ("a", "b,c", "d", "e")}
    shop.letters.add("slow", TIMEOUT)
    job = shop.run(idempotencyKeys=["a", "b,c", "slow", "gone"], errorType="VALIDATION")
    assert (job.counts.moved, job.counts.skipped) == (2, 3)
    assert {message["Body"] for message in shop.main_messages()} == {bodies["a"], bodies["b,c"]}
    assert shop.letters.visible() == 3


def test_leaves_recent_failures_alone(shop: Workshop) -> None:
    shop.letters.add("a")
    job = shop.run(minAgeSeconds=60)
    assert (job.counts.moved, job.counts.skipped) == (0, 1)
    assert shop.letters.visible() == 1


def test_moves_no_more_than_asked_for_and_puts_the_rest_back(shop: Workshop) -> None:
    for index in range(25):
        shop.letters.add(f"key-{index}")
    job = shop.run(maxMessages=13)
    assert (job.counts.moved, job.document["stopReason"]) == (13, "maxMessages")
    assert shop.letters.visible() == 12


def test_batches_side_by_side_move_no_more_than_asked_for(shop: Workshop) -> None:
    for index in range(90):
        shop.letters.add(f"key-{index}")
    job = shop.run(maxMessages=63)
    assert (job.counts.moved, job.document["stopReason"]) == (63, "maxMessages")
    assert len(shop.main_messages()) == 63
    assert shop.letters.visible() == 27


def test_a_job_begins_with_one_batch_and_grows_to_four(shop: Workshop) -> None:
    for index in range(80):
        shop.letters.add(f"key-{index}")
    moved: list[int] = []
    report = JobLease.report

    def reporting(lease: JobLease, counts: RedriveCounts) -> bool:
        moved.append(counts.moved)
        return report(lease, counts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobLease, "report", reporting)
        shop.run(maxMessages=80)
    assert moved == [10, 30, 70, 80]


def test_what_one_batch_meets_leaves_the_others_in_the_record(shop: Workshop) -> None:
    """The reason of a parked letter cannot be written; beside it others have gone back."""
    shop.letters.add("first", redriveCount="3")
    shop.letters.add("second")
    table: Any = Overridden(shop.aws.dynamodb, update_item=raising(client_error("InternalServerError", 500)))
    runner = replace(shop.runner(), parking=replace(shop.runner().parking, dynamodb=table))
    job = shop.queue()
    runner.run(shop.lease(job), Deadline(lambda: 900_000))
    ended = shop.jobs.find(job.job_id)
    assert (ended.status, ended.document["stopReason"], ended.counts.moved) == ("FAILED", "error", 1)
    assert shop.letters.visible() == 1


def test_stops_where_the_main_queue_takes_nothing_of_one_of_the_batches(shop: Workshop) -> None:
    for index in range(50):
        shop.letters.add(f"key-{index}")
    answers = iter([shop.sqs.send_message_batch, shop.sqs.send_message_batch])

    def send_message_batch(**parameters: Any) -> Any:
        return next(answers, raising(client_error("InternalError", 500)))(**parameters)

    job = shop.overriding(send_message_batch=send_message_batch).run()
    assert (job.status, job.document["stopReason"]) == ("FAILED", "sendFailed")
    assert (job.counts.moved, job.counts.failed) == (20, 10)
    assert shop.letters.visible() == 30


def test_deletes_only_what_sqs_confirmed(shop: Workshop) -> None:
    for index in range(4):
        shop.letters.add(f"key-{index}")

    def send_message_batch(QueueUrl: str, Entries: Any) -> Any:
        answer = shop.sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries[:3])
        return {"Successful": answer["Successful"], "Failed": [{"Id": Entries[3]["Id"]}]}

    job = shop.overriding(send_message_batch=send_message_batch).run()
    assert (job.status, job.counts.moved, job.counts.failed) == ("SUCCEEDED", 3, 1)
    assert len(shop.main_messages()) == 3
    assert shop.letters.visible() == 1


@pytest.mark.parametrize("error", [client_error("InternalError", 500), CircuitOpen("SQS", 60)])
def test_stops_where_the_main_queue_takes_nothing_and_loses_nothing(shop: Workshop, error: Exception) -> None:
    for index in range(15):
        shop.letters.add(f"key-{index}")
    refusing = shop.overriding(send_message_batch=raising(error))
    job = refusing.run()
    assert (job.status, job.counts.moved, job.counts.failed) == ("FAILED", 0, 10)
    assert job.document["stopReason"] == "sendFailed"
    assert job.document["reason"]
    assert shop.letters.visible() == 15


@pytest.mark.parametrize("whole_call", [True, False])
def test_says_what_was_sent_and_not_deleted(shop: Workshop, whole_call: bool) -> None:
    shop.letters.add("a")

    def delete_message_batch(**_: Any) -> Any:
        if whole_call:
            raise client_error("InternalError", 500)
        return {"Failed": [{"Id": "0"}]}

    job = shop.overriding(delete_message_batch=delete_message_batch).run()
    assert (job.counts.moved, job.counts.deleted_failed) == (1, 1)
    assert shop.letters.visible() == 1


@pytest.mark.parametrize("error", [client_error("InternalError", 500), CircuitOpen("SQS", 60)])
def test_a_failure_of_aws_halfway_ends_the_job_with_what_it_had_done(
    shop: Workshop, error: Exception
) -> None:
    for index in range(20):
        shop.letters.add(f"key-{index}")
    answers = iter([shop.sqs.receive_message])

    def receive_message(**parameters: Any) -> Any:
        for receive in answers:
            return receive(**parameters)
        raise error

    job = shop.overriding(receive_message=receive_message).run()
    assert (job.status, job.counts.moved, job.document["stopReason"]) == ("FAILED", 10, "error")
    assert error_type(error) in job.document["reason"]


def test_one_batch_stays_within_what_sqs_takes_at_once(shop: Workshop) -> None:
    sizes: list[int] = []
    for _ in range(5):
        shop.aws.sqs.send_message(QueueUrl=shop.aws.dlq_url, MessageBody="x" * 100_000)

    def receive_message(**parameters: Any) -> Any:
        answer = shop.sqs.receive_message(**parameters)
        for message in answer.get("Messages", []):
            message["Body"] = "x" * 400_000
        return answer

    def send_message_batch(QueueUrl: str, Entries: list[Any]) -> Any:
        sizes.append(sum(len(entry["MessageBody"]) for entry in Entries))
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    shop.overriding(receive_message=receive_message, send_message_batch=send_message_batch).run()
    assert sum(sizes) == 2_000_000
    assert max(sizes) <= MAX_BYTES


def test_a_slow_job_takes_a_second_of_work_at_a_time(shop: Workshop) -> None:
    for index in range(3):
        shop.letters.add(f"key-{index}")
    received: list[int] = []

    def receive_message(**parameters: Any) -> Any:
        received.append(parameters["MaxNumberOfMessages"])
        return shop.sqs.receive_message(**parameters)

    job = shop.overriding(receive_message=receive_message).run(ratePerSecond=3)
    assert (job.counts.moved, set(received)) == (3, {3})
    assert len(received) == 2  # one at a time: the second finds none
