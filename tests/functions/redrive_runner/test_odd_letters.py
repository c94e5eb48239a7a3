"""No letter, whatever it holds, keeps the others from being redriven, parked or shown."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.common.clock import Deadline, system_clock
from functions.common.side_by_side import SideBySide
from functions.redrive.dead_letters import IngestionDlq, LetterFailures
from functions.redrive.dlq_scan import DlqScan
from functions.redrive.job import RedriveCounts, StopReason
from functions.redrive.parameters import Parameters
from functions.redrive.preview import RedrivePreview
from functions.redrive_runner.letter_moves import Destination, Removal
from functions.redrive_runner.pace import Pace
from functions.redrive_runner.parking import Parking
from functions.redrive_runner.redrive_run import RedriveRun
from tests.functions.doubles import StubClient, client_error
from tests.functions.redrive.odd_letters import ODD_MESSAGES, PLAIN, OddQueues
from tests.functions.redrive_runner.conftest import Workshop

AMPLE = Deadline(lambda: 900_000)
NUMBER_OF_5000_DIGITS = {
    "Body": "{}",
    "MessageAttributes": {"redriveCount": {"DataType": "String", "StringValue": "9" * 5_000}},
    "Attributes": {},
}
LETTERS = st.lists(ODD_MESSAGES, max_size=12)
without_hurry = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def dynamodb() -> Any:
    """A table without items."""

    def update_item(**_: Any) -> Any:
        raise client_error("ConditionalCheckFailedException")

    def batch_get_item(**_: Any) -> Any:
        return {"Responses": {}, "UnprocessedKeys": {}}

    return StubClient(update_item=update_item, batch_get_item=batch_get_item)


def redriven(queues: Any, **parameters: Any) -> tuple[StopReason, RedriveCounts]:
    """Why a job stopped, and its counts."""
    lease: Any = StubClient()
    lease.report = lambda _: True
    table = dynamodb()
    rate = parameters.pop("rate_per_second", None)
    run = RedriveRun(
        parameters=Parameters(1000, parameters.get("error_type"), 0),
        counts=RedriveCounts(),
        scan=DlqScan(IngestionDlq(queues, "dlq"), AMPLE, 45),
        main_queue=Destination(queues, "main"),
        parking=Parking(Destination(queues, "parked"), table, "table", system_clock),
        removal=Removal(queues, "dlq"),
        failures=LetterFailures(table, "table"),
        lease=lease,
        pace=Pace(rate, sleep=lambda _: None),
        clock=system_clock,
        random_integer=lambda low, _: low,
        side_by_side=SideBySide(1),
    )
    with run.scan:
        return run.until_it_stops(), run.counts


@given(LETTERS, st.booleans(), st.sampled_from([None, 1]))
@example([NUMBER_OF_5000_DIGITS], False, None)
@without_hurry
def test_the_plain_letters_go_back_whatever_lies_beside_them(
    odd: list[Any], by_entry: bool, rate: int | None
) -> None:
    queues = OddQueues([PLAIN, *odd, PLAIN], by_entry)
    reason, counts = redriven(queues, rate_per_second=rate)
    bodies = [entry["MessageBody"] for entry in queues.sent["main"]]
    assert reason is StopReason.DRAINED
    assert bodies.count("{}") >= 2
    assert counts.moved + counts.parked + counts.failed == len(odd) + 2
    assert len(queues.waiting) == counts.failed


@given(LETTERS)
@without_hurry
def test_what_goes_back_is_what_was_there(odd: list[Any]) -> None:
    queues = OddQueues(odd)
    before = {message["Body"] for message in odd}
    redriven(queues)
    sent = [entry for entries in queues.sent.values() for entry in entries]
    assert {entry["MessageBody"] for entry in sent} | {
        message["Body"] for message in queues.waiting
    } == before


@given(LETTERS)
@example([NUMBER_OF_5000_DIGITS])
@without_hurry
def test_the_preview_shows_every_letter_within_what_lambda_can_answer(odd: list[Any]) -> None:
    preview = RedrivePreview(
        IngestionDlq(OddQueues(odd), "dlq"),  # type: ignore[arg-type]
        LetterFailures(dynamodb(), "table"),
        system_clock,
    )
    sample = preview.sample(Parameters(100, None, 0), AMPLE)
    assert len(sample["messages"]) == len(odd)
    answer = json.dumps({"body": json.dumps(sample)})
    assert len(answer) < 6 * 1024 * 1024 * max(1, len(odd)) / 100  # Lambda quotas, for 100 letters


@pytest.mark.parametrize("queue", ["main_messages", "parked_messages"])
def test_the_message_group_goes_along(shop: Workshop, queue: str) -> None:
    shop.aws.sqs.send_message(
        QueueUrl=shop.aws.dlq_url, MessageBody="{}", MessageGroupId="tenant-1"
    )  # a fair queue: Amazon SQS developer guide, "Amazon SQS fair queues"
    shop.run(maxRedrives=3 if queue == "main_messages" else 0)
    [message] = getattr(shop, queue)()
    assert message["Attributes"]["MessageGroupId"] == "tenant-1"


@pytest.mark.parametrize("redrives", ["0", "3"])
def test_the_trace_goes_along(redrives: str) -> None:
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    count = {"redriveCount": {"DataType": "Number", "StringValue": redrives}}
    queues = OddQueues([PLAIN | {"MessageAttributes": count, "Attributes": {"AWSTraceHeader": header}}])
    redriven(queues)
    [entry] = [entry for entries in queues.sent.values() for entry in entries]
    assert entry["MessageSystemAttributes"] == {
        "AWSTraceHeader": {"DataType": "String", "StringValue": header}
    }


def test_a_count_of_thousands_of_digits_counts_as_too_often(shop: Workshop) -> None:
    shop.letters.add("odd", redriveCount="9" * 5_000)
    shop.letters.add("plain", redriveCount="0" * 5_000 + "1")
    sent: list[Any] = []

    def send_message_batch(QueueUrl: str, Entries: Any) -> Any:
        sent.extend(Entries if QueueUrl == shop.aws.queue_url else [])
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    job = shop.overriding(send_message_batch=send_message_batch).run()
    assert (job.status, job.counts.moved, job.counts.parked) == ("SUCCEEDED", 1, 1)
    [entry] = sent
    assert entry["MessageAttributes"]["redriveCount"]["StringValue"] == "2"


def test_a_queue_that_is_not_there_stops_the_job(shop: Workshop) -> None:
    """It refuses every letter alike, unlike a letter that is refused for what it holds."""
    for index in range(15):
        shop.letters.add(f"key-{index}")

    def send_message_batch(**_: Any) -> Any:
        raise client_error("AWS.SimpleQueueService.NonExistentQueue")

    job = shop.overriding(send_message_batch=send_message_batch).run()
    assert (job.status, job.document["stopReason"], job.counts.failed) == ("FAILED", "sendFailed", 10)
