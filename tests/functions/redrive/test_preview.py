"""Preview of a redrive: what it shows, how far it looks, and that nothing stays held."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.common.clock import Deadline, system_clock
from functions.common.errors import ErrorCategory
from functions.redrive.dead_letters import IngestionDlq, LetterFailures
from functions.redrive.dlq_scan import DlqScan
from functions.redrive.parameters import Parameters
from functions.redrive.preview import RedrivePreview
from tests.functions.conftest import Aws
from tests.functions.doubles import StubClient, client_error, raising
from tests.functions.redrive.dead_letters import DeadLetters

TIMEOUT = ("OutOfTime", "TIMEOUT")


def test_shows_what_an_operator_asks_for(
    preview: RedrivePreview, letters: DeadLetters, deadline: Deadline
) -> None:
    body = letters.add("a", TIMEOUT, redriveCount="1")
    sample = preview.sample(Parameters(10, None, 0), deadline)
    [message] = sample["messages"]
    assert message["idempotencyKey"] == "a"
    assert (message["errorType"], message["errorCategory"]) == ("OutOfTime", ErrorCategory.TIMEOUT)
    assert (message["attempts"], message["receiveCount"], message["redriveCount"]) == (5, 1, 1)
    assert (message["body"], message["bodyTruncated"]) == (body, False)
    assert message["ageSeconds"] >= 0
    assert (sample["scanned"], sample["stopReason"]) == (1, "drained")
    json.dumps(sample)


def test_holds_nothing_back(preview: RedrivePreview, letters: DeadLetters, deadline: Deadline) -> None:
    for index in range(25):
        letters.add(f"key-{index}", TIMEOUT)
    sample = preview.sample(Parameters(15, None, 0), deadline)
    assert len({message["messageId"] for message in sample["messages"]}) == 15
    assert letters.visible() == 25


def test_looks_further_for_what_the_filter_names(
    preview: RedrivePreview, letters: DeadLetters, deadline: Deadline
) -> None:
    for index in range(20):
        letters.add(f"key-{index}", TIMEOUT)
    letters.add("poison", ("SchemaValidationError", "VALIDATION"))
    sample = preview.sample(Parameters(5, "VALIDATION", 0), deadline)
    assert [message["idempotencyKey"] for message in sample["messages"]] == ["poison"]
    assert sample["scanned"] == 21


def test_looks_no_further_than_its_bound(
    preview: RedrivePreview, letters: DeadLetters, deadline: Deadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.redrive.preview._MAX_SCANNED", 10)
    for index in range(15):
        letters.add(f"key-{index}", TIMEOUT)
    sample = preview.sample(Parameters(5, "VALIDATION", 0), deadline)
    assert (sample["scanned"], sample["stopReason"]) == (10, "scanLimit")
    assert letters.visible() == 15


def test_a_long_body_is_cut(preview: RedrivePreview, aws: Aws, deadline: Deadline) -> None:
    aws.sqs.send_message(QueueUrl=aws.dlq_url, MessageBody="x" * 5000)
    [message] = preview.sample(Parameters(10, None, 0), deadline)["messages"]
    assert (len(message["body"]), message["bodyTruncated"]) == (4096, True)


def test_the_hold_outlives_the_invocation_only_by_seconds(
    failures: LetterFailures, deadline: Deadline
) -> None:
    def receive_message(**parameters: object) -> dict[str, object]:
        hold = parameters["VisibilityTimeout"]
        assert hold == 33
        return {}

    client: Any = StubClient(receive_message=receive_message, get_queue_attributes=no_letters)
    preview = RedrivePreview(IngestionDlq(client, "dlq"), failures, system_clock)
    assert preview.sample(Parameters(10, None, 0), deadline)["scanned"] == 0


def no_letters(**_: object) -> dict[str, object]:
    return {"Attributes": {"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"}}


def message(message_id: str, handle: str) -> dict[str, object]:
    system = {"SentTimestamp": "0", "ApproximateReceiveCount": "1"}
    return {"MessageId": message_id, "ReceiptHandle": handle, "Body": "{}", "Attributes": system}


def test_a_letter_that_is_delivered_twice_is_seen_once_and_released_by_its_last_handle(
    deadline: Deadline,
) -> None:
    deliveries = iter([[message("a", "1")], [message("a", "2")], [message("b", "3")], []])
    client = StubClient(
        receive_message=lambda **_: {"Messages": next(deliveries)},
        change_message_visibility_batch=lambda **_: {},
        get_queue_attributes=no_letters,
    )
    with DlqScan(IngestionDlq(client, "dlq"), deadline, 30) as scan:  # type: ignore[arg-type]
        seen = [scan.next_letters(), scan.next_letters(), scan.next_letters()]
    assert [[letter.message_id for letter in letters] for letters in seen] == [["a"], ["b"], []]
    [released] = [call for name, call in client.calls if name == "change_message_visibility_batch"]
    assert [entry["ReceiptHandle"] for entry in released["Entries"]] == ["2", "3"]


def test_a_failed_release_does_not_spoil_the_answer(deadline: Deadline) -> None:
    deliveries = iter([[message("a", "1")], []])
    client = StubClient(
        receive_message=lambda **_: {"Messages": next(deliveries)},
        change_message_visibility_batch=raising(client_error("InternalError", 500)),
    )
    with DlqScan(IngestionDlq(client, "dlq"), deadline, 30) as scan:  # type: ignore[arg-type]
        assert len(scan.next_letters()) == 1


def test_a_look_that_fails_holds_nothing_back_either(
    letters: DeadLetters, aws: Aws, dead_letter_queue: IngestionDlq, deadline: Deadline
) -> None:
    letters.add("a", TIMEOUT)
    table: Any = StubClient(batch_get_item=raising(client_error("InternalServerError", 500)))
    with pytest.raises(ClientError):
        RedrivePreview(dead_letter_queue, LetterFailures(table, "state"), system_clock).sample(
            Parameters(10, None, 0), deadline
        )
    assert letters.visible() == 1


def test_a_walk_that_outlives_its_hold_still_ends(deadline: Deadline) -> None:
    client: Any = StubClient(
        receive_message=lambda **_: {"Messages": [message("a", "1")]},
        change_message_visibility_batch=lambda **_: {},
        get_queue_attributes=no_letters,
    )
    with DlqScan(IngestionDlq(client, "dlq"), deadline, 30) as scan:
        assert [len(scan.next_letters()), len(scan.next_letters())] == [1, 0]
        assert scan.stop_reason == "drained"
