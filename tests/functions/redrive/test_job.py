from typing import Any

import pytest

from functions.common import clients
from functions.common.clock import system_clock
from functions.common.deadline import Deadline
from functions.redrive.dead_letter import DeadLetter
from functions.redrive.dead_letter_queue import DeadLetterQueue
from functions.redrive.failures import Failures
from functions.redrive.job import Jobs
from functions.redrive.main_queue import MainQueue
from functions.redrive.parameters import Parameters
from tests.functions.conftest import Aws
from tests.functions.doubles import StubClient, client_error, raising
from tests.functions.redrive.conftest import DeadLetters

ALL = Parameters(max_messages=1000, error_type=None, min_age_seconds=0)
TIMEOUT = ("OutOfTime", "TIMEOUT")
POISON = ("SchemaValidationError", "VALIDATION")


def stubbed(real: Any, **operations: Any) -> Any:
    """A client that answers some operations itself and passes the others on."""

    class Partly:
        def __getattr__(self, name: str) -> Any:
            return operations.get(name) or getattr(real, name)

    return Partly()


def test_moves_everything_in_many_batches_and_drains_the_queue(
    jobs: Jobs, letters: DeadLetters, aws: Aws, deadline: Deadline
) -> None:
    bodies = {letters.add(f"key-{index}") for index in range(105)}
    report = jobs.run(ALL, deadline)
    assert (report.moved, report.skipped, report.failed, report.deleted_failed) == (105, 0, 0, 0)
    assert report.stop_reason == "drained"
    assert {message["Body"] for message in aws.receive_all(aws.queue_url)} == bodies
    assert letters.visible() == 0


def test_keeps_attributes_and_counts_redrives(
    jobs: Jobs, letters: DeadLetters, aws: Aws, deadline: Deadline
) -> None:
    letters.add("a", submittedAt="2026-11-21T10:00:00.000Z", redriveCount="2")
    jobs.run(ALL, deadline)
    [message] = aws.receive_all(aws.queue_url)
    values = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert values == {
        "idempotencyKey": "a",
        "errorTypeCandidate": "NONE",
        "submittedAt": "2026-11-21T10:00:00.000Z",
        "redriveCount": "3",
    }


def test_ten_attributes_stay_ten(jobs: Jobs, letters: DeadLetters, aws: Aws, deadline: Deadline) -> None:
    letters.add("a", None, **{f"extra{index}": "x" for index in range(8)})
    assert jobs.run(ALL, deadline).moved == 1
    [message] = aws.receive_all(aws.queue_url)
    assert len(message["MessageAttributes"]) == 10
    assert "redriveCount" not in message["MessageAttributes"]


@pytest.mark.parametrize("wanted", ["SchemaValidationError", "VALIDATION"])
def test_moves_only_what_the_filter_names_and_puts_the_rest_back(
    jobs: Jobs, letters: DeadLetters, aws: Aws, deadline: Deadline, wanted: str
) -> None:
    for index in range(12):
        letters.add(f"slow-{index}", TIMEOUT)
    letters.add("poison", POISON)
    report = jobs.run(Parameters(1000, wanted, 0), deadline)
    assert (report.moved, report.skipped) == (1, 12)
    assert len(aws.receive_all(aws.queue_url)) == 1
    assert letters.visible() == 12


def test_leaves_recent_failures_alone(jobs: Jobs, letters: DeadLetters, deadline: Deadline) -> None:
    letters.add("a")
    report = jobs.run(Parameters(1000, None, min_age_seconds=60), deadline)
    assert (report.moved, report.skipped) == (0, 1)
    assert letters.visible() == 1


def test_moves_no_more_than_asked_for_and_puts_the_rest_back(
    jobs: Jobs, letters: DeadLetters, deadline: Deadline
) -> None:
    for index in range(25):
        letters.add(f"key-{index}")
    report = jobs.run(Parameters(13, None, 0), deadline)
    assert (report.moved, report.stop_reason) == (13, "maxMessages")
    assert letters.visible() == 12


def test_spreads_the_return_by_full_jitter(
    dead_letter_queue: DeadLetterQueue, failures: Failures, letters: DeadLetters, deadline: Deadline
) -> None:
    for index in range(3):
        letters.add(f"key-{index}")
    sent: list[int] = []
    bounds: list[tuple[int, int]] = []

    def send_message_batch(QueueUrl: str, Entries: list[Any]) -> Any:
        sent.extend(entry["DelaySeconds"] for entry in Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def random_integer(low: int, high: int) -> int:
        bounds.append((low, high))
        return len(bounds)

    client: Any = StubClient(send_message_batch=send_message_batch)
    queue = MainQueue(client, "main", random_integer)
    Jobs(dead_letter_queue, queue, failures, system_clock).run(Parameters(10, None, 0, 900), deadline)
    assert bounds == [(0, 900)] * 3
    assert sent == [1, 2, 3]


def test_deletes_only_what_sqs_confirmed(
    dead_letter_queue: DeadLetterQueue,
    failures: Failures,
    letters: DeadLetters,
    aws: Aws,
    deadline: Deadline,
) -> None:
    for index in range(4):
        letters.add(f"key-{index}")
    real = clients.sqs()

    def send_message_batch(QueueUrl: str, Entries: Any) -> Any:
        answer = real.send_message_batch(QueueUrl=QueueUrl, Entries=Entries[:3])
        return {"Successful": answer["Successful"], "Failed": [{"Id": Entries[3]["Id"]}]}

    queue = MainQueue(stubbed(real, send_message_batch=send_message_batch), aws.queue_url)
    report = Jobs(dead_letter_queue, queue, failures, system_clock).run(ALL, deadline)
    assert (report.moved, report.failed) == (3, 1)
    assert len(aws.receive_all(aws.queue_url)) == 3
    assert letters.visible() == 1


def test_stops_when_the_main_queue_takes_nothing_and_loses_nothing(
    dead_letter_queue: DeadLetterQueue, failures: Failures, letters: DeadLetters, deadline: Deadline
) -> None:
    for index in range(15):
        letters.add(f"key-{index}")
    client: Any = StubClient(send_message_batch=raising(client_error("InternalError", 500)))
    queue = MainQueue(client, "main")
    report = Jobs(dead_letter_queue, queue, failures, system_clock).run(ALL, deadline)
    assert (report.moved, report.stop_reason) == (0, "sendFailed")
    assert len(client.calls) == 1
    assert letters.visible() == 15


@pytest.mark.parametrize("whole_call", [True, False])
def test_reports_what_was_sent_and_not_deleted(
    failures: Failures, letters: DeadLetters, aws: Aws, deadline: Deadline, whole_call: bool
) -> None:
    letters.add("a")

    def delete_message_batch(**_: Any) -> Any:
        if whole_call:
            raise client_error("InternalError", 500)
        return {"Failed": [{"Id": "0"}]}

    client = stubbed(clients.sqs(), delete_message_batch=delete_message_batch)
    jobs = Jobs(
        DeadLetterQueue(client, aws.dlq_url), MainQueue(clients.sqs(), aws.queue_url), failures, system_clock
    )
    report = jobs.run(ALL, deadline)
    assert (report.moved, report.deleted_failed) == (1, 1)
    assert letters.visible() == 1


def test_ends_before_its_time_does_and_says_so(jobs: Jobs, letters: DeadLetters) -> None:
    for index in range(30):
        letters.add(f"key-{index}")
    remaining = iter([28_000, 28_000, 28_000, 5_000])
    report = jobs.run(ALL, Deadline(lambda: next(remaining)))
    assert (report.moved, report.stop_reason) == (10, "timeLimit")
    assert letters.visible() == 20


def failing_from(call: int, operation: Any) -> Any:
    calls = 0

    def limited(**parameters: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls >= call:
            raise client_error("InternalError", 500)
        return operation(**parameters)

    return limited


def test_a_failure_of_aws_halfway_ends_the_job_with_its_report(
    failures: Failures, letters: DeadLetters, aws: Aws, deadline: Deadline
) -> None:
    for index in range(20):
        letters.add(f"key-{index}")
    real = clients.sqs()
    client = stubbed(real, receive_message=failing_from(2, real.receive_message))
    jobs = Jobs(DeadLetterQueue(client, aws.dlq_url), MainQueue(real, aws.queue_url), failures, system_clock)
    report = jobs.run(ALL, deadline)
    assert (report.moved, report.stop_reason) == (10, "InternalError")


def test_a_failure_of_aws_at_the_start_is_an_error(failures: Failures, aws: Aws, deadline: Deadline) -> None:
    error = client_error("InternalError", 500)
    client: Any = StubClient(receive_message=raising(error), change_message_visibility_batch=lambda **_: {})
    jobs = Jobs(DeadLetterQueue(client, "dlq"), MainQueue(clients.sqs(), "main"), failures, system_clock)
    with pytest.raises(type(error), match="InternalError"):
        jobs.run(ALL, deadline)


def test_a_batch_stays_within_what_sqs_takes_at_once(
    dead_letter_queue: DeadLetterQueue, failures: Failures
) -> None:
    sizes: list[int] = []

    def send_message_batch(QueueUrl: str, Entries: list[Any]) -> Any:
        sizes.append(sum(len(entry["MessageBody"]) for entry in Entries))
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    big = [DeadLetter(str(index), "handle", "x" * 400_000, {}, 0.0, 1) for index in range(5)]
    client: Any = StubClient(send_message_batch=send_message_batch)
    assert MainQueue(client, "main").resend(big, 0) == big
    assert sizes == [800_000, 800_000, 400_000]
