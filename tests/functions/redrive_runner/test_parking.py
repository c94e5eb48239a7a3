"""Which letters are parked, and where their reason is found."""

from dataclasses import replace
from typing import Any

import pytest

from functions.common.sqs_message import (
    MAX_BYTES,
    REDRIVE_COUNT,
    number_attribute,
    size_bytes,
    text_attribute,
)
from functions.redrive.dead_letters import IngestionDeadLetter
from functions.redrive_runner.parking import ParkedReason, reason_to_park
from tests.functions.doubles import client_error
from tests.functions.redrive_runner.conftest import Overridden, Workshop

POISON = ("SchemaValidationError", "VALIDATION")


def letter(body: str, attributes: int, redrive_count: int = 0) -> IngestionDeadLetter:
    own: dict[str, Any] = {f"name{index}": text_attribute("x") for index in range(attributes)}
    if redrive_count:
        own[REDRIVE_COUNT] = number_attribute(redrive_count)
    return IngestionDeadLetter("id", "handle", body, own, 0.0, 1)


@pytest.mark.parametrize(
    ("dead", "reason"),
    [
        (letter("{}", 3), None),
        (letter("{}", 3, redrive_count=2), None),
        (letter("{}", 3, redrive_count=3), ParkedReason.REDRIVEN_TOO_OFTEN),
        (letter("{}", 3, redrive_count=4), ParkedReason.REDRIVEN_TOO_OFTEN),
        (letter("{}", 9), None),
        (letter("{}", 10), ParkedReason.TOO_MANY_ATTRIBUTES),
        (letter("{}", 9, redrive_count=1), None),
        (letter("x" * MAX_BYTES, 0), ParkedReason.TOO_LARGE),
    ],
)
def test_a_letter_that_must_not_go_back_is_parked(
    dead: IngestionDeadLetter, reason: ParkedReason | None
) -> None:
    assert reason_to_park(dead, max_redrives=3) == reason


def test_a_letter_that_just_fits_with_its_count_goes_back() -> None:
    count = size_bytes("", {REDRIVE_COUNT: number_attribute(1)})
    assert reason_to_park(letter("x" * (MAX_BYTES - count), 0), 3) is None
    assert reason_to_park(letter("x" * (MAX_BYTES - count + 1), 0), 3) is ParkedReason.TOO_LARGE


def test_a_letter_redriven_too_often_is_parked_with_its_reason_on_it_and_in_the_table(shop: Workshop) -> None:
    body = shop.letters.add("stubborn", POISON, redriveCount="3")
    shop.letters.add("fresh", POISON)
    job = shop.run()
    assert (job.status, job.counts.moved, job.counts.parked) == ("SUCCEEDED", 1, 1)
    [parked] = shop.parked_messages()
    assert parked["Body"] == body
    assert parked["MessageAttributes"]["parkedReason"]["StringValue"] == "RedrivenTooOften"
    assert parked["MessageAttributes"]["redriveCount"]["StringValue"] == "3"
    item = shop.aws.item("stubborn")
    assert item is not None
    assert (item["parkedReason"]["S"], item["status"]["S"]) == ("RedrivenTooOften", "FAILED")
    assert shop.letters.visible() == 0


def test_no_redrive_at_all_parks_what_the_filter_names(shop: Workshop) -> None:
    shop.letters.add("a", POISON)
    shop.letters.add("b", ("OutOfTime", "TIMEOUT"))
    job = shop.run(errorType="VALIDATION", maxRedrives=0)
    assert (job.counts.moved, job.counts.parked, job.counts.skipped) == (0, 1, 1)


def test_ten_attributes_stay_ten(shop: Workshop) -> None:
    shop.letters.add("a", POISON, **{f"extra{index}": "x" for index in range(8)})
    assert shop.run().counts.parked == 1
    [parked] = shop.parked_messages()
    assert len(parked["MessageAttributes"]) == 10
    assert "parkedReason" not in parked["MessageAttributes"]
    item = shop.aws.item("a")
    assert item is not None
    assert item["parkedReason"]["S"] == "TooManyAttributes"


@pytest.mark.parametrize("item_of_another_payload", [True, False])
def test_an_item_that_is_not_the_letters_own_is_left_alone(
    shop: Workshop, item_of_another_payload: bool
) -> None:
    shop.letters.add("a", redriveCount="3")
    if item_of_another_payload:
        shop.letters.put_item("a", "another body", "SUCCEEDED")
    before = shop.aws.item("a")
    assert shop.run().counts.parked == 1
    assert shop.aws.item("a") == before


def test_what_the_parking_queue_does_not_take_stays_in_the_dlq(shop: Workshop) -> None:
    shop.letters.add("a", redriveCount="3")

    def send_message_batch(**_: Any) -> Any:
        raise client_error("InternalError", 500)

    job = shop.overriding(send_message_batch=send_message_batch).run()
    assert (job.status, job.counts.parked, job.counts.failed) == ("FAILED", 0, 1)
    assert shop.letters.visible() == 1


def test_a_table_that_fails_costs_nothing_but_a_second_copy_in_the_parking_queue(shop: Workshop) -> None:
    shop.letters.add("stubborn", POISON, redriveCount="3")
    shop.letters.add("fresh", POISON)
    aws = shop.aws

    def update_item(**parameters: Any) -> Any:
        if parameters["TableName"] == aws.table_name:
            raise client_error("InternalServerError", 500)
        return aws.dynamodb.update_item(**parameters)

    job = replace(shop, aws=replace(aws, dynamodb=Overridden(aws.dynamodb, update_item=update_item))).run()
    assert (job.status, job.document["stopReason"]) == ("FAILED", "error")
    assert len(shop.main_messages()) == 1
    [left] = shop.aws.receive_all(shop.aws.dlq_url)
    assert left["MessageAttributes"]["idempotencyKey"]["StringValue"] == "stubborn"
