"""Failure of a dead letter: its type and category, from the state table or from the message."""

from typing import Any

import pytest

from functions.common.errors import ErrorCategory
from functions.redrive.dead_letters import IngestionDeadLetter, IngestionDlq, LetterFailure, LetterFailures
from tests.functions.doubles import StubClient
from tests.functions.redrive.dead_letters import DeadLetters


@pytest.fixture
def failure_of(letters: DeadLetters, dead_letter_queue: IngestionDlq, failures: LetterFailures) -> Any:
    def failure() -> LetterFailure:
        received = dead_letter_queue.receive(hold_seconds=0)
        return failures.of(received)[received[0].message_id]

    return failure


def test_the_table_knows_the_error(letters: DeadLetters, failure_of: Any) -> None:
    letters.add("a", ("DownstreamUnavailable", "TRANSIENT"))
    assert failure_of() == LetterFailure("DownstreamUnavailable", ErrorCategory.TRANSIENT, attempts=5)


def test_without_an_item_the_candidate_on_the_message_is_all_there_is(
    letters: DeadLetters, failure_of: Any
) -> None:
    letters.add("a", errorTypeCandidate="SomethingElse")
    assert failure_of() == LetterFailure("SomethingElse", ErrorCategory.UNKNOWN)


def test_without_an_item_and_a_candidate_the_error_is_unknown(letters: DeadLetters, failure_of: Any) -> None:
    letters.add("a")
    assert failure_of() == LetterFailure("Unknown", ErrorCategory.UNKNOWN)


def test_an_item_still_inflight_means_that_every_attempt_was_cut_off(
    letters: DeadLetters, failure_of: Any
) -> None:
    letters.put_item("a", letters.add("a"), "INFLIGHT")
    assert failure_of() == LetterFailure("AttemptCutOff", ErrorCategory.TIMEOUT, attempts=5)


def test_an_item_of_another_payload_means_that_the_key_was_reused(
    letters: DeadLetters, failure_of: Any
) -> None:
    letters.add("a")
    letters.put_item("a", "another body", "SUCCEEDED")
    assert failure_of() == LetterFailure("IdempotencyKeyReused", ErrorCategory.PERMANENT, attempts=5)


def test_a_letter_whose_event_succeeded_meanwhile_has_no_error(letters: DeadLetters, failure_of: Any) -> None:
    letters.put_item("a", letters.add("a"), "SUCCEEDED")
    assert failure_of().error_type == "Unknown"


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [(None, True), ("TimeoutError", True), ("TIMEOUT", True), ("TRANSIENT", False), ("timeout", False)],
)
def test_a_filter_names_a_type_or_a_category(wanted: str | None, matches: bool) -> None:
    assert LetterFailure("TimeoutError", ErrorCategory.TIMEOUT).matches(wanted) is matches


def letter(key: str) -> IngestionDeadLetter:
    attribute = {"DataType": "String", "StringValue": key}
    return IngestionDeadLetter(key, "handle", "body", {"idempotencyKey": attribute}, 0.0, 1)


def test_asks_again_for_keys_that_dynamodb_left_unread_and_once_for_each_key() -> None:
    asked: list[list[str]] = []

    def batch_get_item(RequestItems: Any) -> Any:
        keys = RequestItems["state"]["Keys"]
        asked.append([key["idempotencyKey"]["S"] for key in keys])
        return {"Responses": {}, "UnprocessedKeys": {"state": {"Keys": keys[1:]}} if keys[1:] else {}}

    LetterFailures(StubClient(batch_get_item=batch_get_item), "state").of(  # type: ignore[arg-type]
        [letter("a"), letter("b"), letter("a")]
    )
    assert asked == [["a", "b"], ["b"]]


def test_gives_up_on_unread_keys_after_a_few_tries() -> None:
    client = StubClient(
        batch_get_item=lambda RequestItems: {"Responses": {}, "UnprocessedKeys": RequestItems}
    )
    found = LetterFailures(client, "state").of([letter("a")])  # type: ignore[arg-type]
    assert found["a"].error_type == "Unknown"
    assert len(client.calls) == 3
