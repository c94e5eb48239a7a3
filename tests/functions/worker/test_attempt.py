"""One record through claim, processing, event and verdict, over moto."""

from typing import Any

import pytest

from functions.common.clock import Deadline
from functions.common.errors import DownstreamUnavailable
from functions.events.outcome_events import OutcomeEvents
from functions.idempotency.claims import Claims
from functions.ingestion.identity import checksum, identify
from functions.worker.records import WorkerRecord
from tests.functions.conftest import LEASE_SECONDS, ORDER, Aws
from tests.functions.doubles import FakeClock, LogSink, StubClient, client_error, raising
from tests.functions.worker.conftest import (
    MAX_RECEIVE_COUNT,
    MakeAttempts,
    run,
    sqs_record,
)

RECORD = WorkerRecord.from_event(sqs_record())


def outage(_: Deadline) -> None:
    raise DownstreamUnavailable("down")


def state(aws: Aws, key: str = "key-1") -> dict[str, Any]:
    item = aws.item(key)
    assert item is not None
    return {name: next(iter(value.values())) for name, value in item.items()}


def test_success_is_announced_then_marked(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline, sink: LogSink
) -> None:
    assert run(make_attempts(), RECORD, deadline)
    item = state(aws)
    assert (item["status"], item["attempts"]) == ("SUCCEEDED", "1")
    assert item["processedAt"] == item["eventEmittedAt"]
    assert {"leaseOwner", "leaseExpiresAt"}.isdisjoint(item)
    [event] = aws.announced()
    assert (event["source"], event["detail-type"]) == ("ingestion.lab", "IngestionSuccess")
    detail = event["detail"]
    assert (detail["orderId"], detail["amount"], detail["attempts"]) == ("123", 42.5, 1)
    assert (detail["idempotencyKey"], detail["checksum"]) == ("key-1", checksum(ORDER))
    [line] = sink.lines()
    assert (line["message"], line["processed"]) == ("record processed", True)
    assert line["messageId"] == "message-1"
    assert "errorType" not in line


def test_a_duplicate_has_no_second_effect(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline, sink: LogSink
) -> None:
    attempts = make_attempts()
    run(attempts, RECORD, deadline)
    before = state(aws)
    assert run(attempts, RECORD, deadline)
    assert state(aws) == before
    assert len(aws.announced()) == 1
    assert sink.lines()[1]["duplicate"] is True
    assert "processed" not in sink.lines()[1]


def test_a_failure_is_kept_for_redrive_and_not_announced_while_sqs_will_retry(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline, sink: LogSink
) -> None:
    assert not run(make_attempts(outage), RECORD, deadline)
    item = state(aws)
    assert item["status"] == "FAILED"
    assert (item["errorType"], item["errorCategory"]) == ("DownstreamUnavailable", "TRANSIENT")
    assert {"leaseOwner", "leaseExpiresAt"}.isdisjoint(item)
    assert aws.announced() == []
    [line] = sink.lines()
    assert (line["message"], line["errorType"]) == ("record failed", "DownstreamUnavailable")
    assert (line["idempotencyKey"], line["receiveCount"]) == ("key-1", 1)


def test_the_last_failure_before_the_dead_letter_queue_is_announced(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline
) -> None:
    record = WorkerRecord.from_event(sqs_record(receive_count=MAX_RECEIVE_COUNT))
    assert not run(make_attempts(outage), record, deadline)
    [event] = aws.announced()
    assert event["detail-type"] == "IngestionFailure"
    assert event["detail"]["errorType"] == "DownstreamUnavailable"
    assert event["detail"]["errorCategory"] == "TRANSIENT"


def test_after_the_repair_the_same_message_succeeds(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline
) -> None:
    run(make_attempts(outage), RECORD, deadline)
    assert run(make_attempts(), RECORD, deadline)
    item = state(aws)
    assert (item["status"], item["attempts"]) == ("SUCCEEDED", "2")
    assert {"errorType", "errorCategory"}.isdisjoint(item)


def test_what_a_killed_attempt_left_behind_blocks_only_until_its_lease_ends(
    make_attempts: MakeAttempts, claims: Claims, aws: Aws, deadline: Deadline, clock: FakeClock
) -> None:
    claims.claim(RECORD.identity, clock())  # and then the process is gone
    assert not run(make_attempts(), RECORD, deadline)
    assert state(aws)["status"] == "INFLIGHT"
    clock.advance(LEASE_SECONDS)
    assert run(make_attempts(), RECORD, deadline)
    assert state(aws)["status"] == "SUCCEEDED"


def test_who_is_overtaken_leaves_the_verdict_to_the_other_and_comes_back_as_a_duplicate(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline, clock: FakeClock, sink: LogSink
) -> None:
    def overtaken(_: Deadline) -> None:
        clock.advance(LEASE_SECONDS)
        assert run(make_attempts(), RECORD, deadline)

    assert not run(make_attempts(overtaken), RECORD, deadline)
    assert (state(aws)["status"], state(aws)["attempts"]) == ("SUCCEEDED", "2")
    assert run(make_attempts(), RECORD, deadline)
    assert [line.get("errorType") for line in sink.lines()] == [None, "LeaseLost", None, None]
    assert sink.lines()[-1]["duplicate"] is True


def test_a_held_lease_is_not_this_attempts_failure_to_announce(
    make_attempts: MakeAttempts, claims: Claims, aws: Aws, deadline: Deadline, clock: FakeClock
) -> None:
    claims.claim(RECORD.identity, clock())
    last = WorkerRecord.from_event(sqs_record(receive_count=MAX_RECEIVE_COUNT))
    assert not run(make_attempts(), last, deadline)
    assert aws.announced() == []


def test_a_reused_key_is_announced_and_leaves_the_owners_item_alone(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline
) -> None:
    attempts = make_attempts()
    run(attempts, RECORD, deadline)
    before = state(aws)
    other = sqs_record('{"amount":1,"orderId":"other"}', receive_count=MAX_RECEIVE_COUNT)
    assert not run(attempts, WorkerRecord.from_event(other), deadline)
    assert state(aws) == before
    event = aws.announced()[-1]
    assert event["detail"]["errorType"] == "IdempotencyKeyReused"
    assert event["detail"]["errorCategory"] == "PERMANENT"


@pytest.mark.parametrize(
    ("body", "key", "error_type"),
    [
        ("not JSON", "key-1", "InvalidJson"),
        ('{"orderId":"o"}', "key-1", "SchemaValidationError"),
        ("[]", "key-1", "SchemaValidationError"),
        ("\ud800", "key-1", "InvalidJson"),
        (ORDER, None, "MalformedMessage"),
        (ORDER, "a key with spaces", "MalformedMessage"),
        ("not JSON", None, "MalformedMessage"),
    ],
)
def test_a_message_that_did_not_come_through_ingest_fails_by_itself_and_is_recorded(
    make_attempts: MakeAttempts,
    aws: Aws,
    deadline: Deadline,
    body: str,
    key: str | None,
    error_type: str,
) -> None:
    assert not run(make_attempts(), WorkerRecord.from_event(sqs_record(body, key=key)), deadline)
    item = state(aws, identify(body, key).key)
    assert (item["errorType"], item["errorCategory"]) == (error_type, "VALIDATION")


def test_a_malformed_copy_of_a_finished_event_does_not_count_as_its_duplicate(
    make_attempts: MakeAttempts, deadline: Deadline
) -> None:
    attempts = make_attempts()
    run(attempts, WorkerRecord.from_event(sqs_record(key=checksum(ORDER))), deadline)
    assert not run(attempts, WorkerRecord.from_event(sqs_record(key=None)), deadline)


def test_an_unnamed_error_of_the_business_logic_is_a_processing_error_with_its_traceback(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline, sink: LogSink
) -> None:
    def bug(_: Deadline) -> None:
        raise ZeroDivisionError("division by zero")

    assert not run(make_attempts(bug), RECORD, deadline)
    assert state(aws)["errorCategory"] == "PROCESSING"
    [line] = sink.lines()
    assert "ZeroDivisionError" in line["exception"]


def bus(answer: dict[str, Any] | Exception) -> OutcomeEvents:
    put = raising(answer) if isinstance(answer, Exception) else lambda **_: answer
    return OutcomeEvents(StubClient(put_events=put), "bus")  # type: ignore[arg-type]


REFUSED = {
    "FailedEntryCount": 1,
    "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}],
}


@pytest.mark.parametrize(
    ("answer", "error_type"),
    [(REFUSED, "EventNotPublished"), (client_error("InternalException", 500), "InternalException")],
)
def test_an_event_that_was_not_taken_means_no_success(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline, answer: Any, error_type: str
) -> None:
    assert not run(make_attempts(events=bus(answer)), RECORD, deadline)
    item = state(aws)
    assert (item["status"], item["errorType"], item["errorCategory"]) == ("FAILED", error_type, "TRANSIENT")
    assert run(make_attempts(), RECORD, deadline)
    assert len(aws.announced()) == 1


def test_a_repeated_event_carries_the_same_event_id(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline, clock: FakeClock
) -> None:
    """A crash between PutEvents and the verdict, played by a table that fails once."""

    class FailingVerdicts:
        def succeeded(self, *_: Any) -> None:
            raise client_error("InternalServerError", 500)

        failed = succeeded

    assert not run(make_attempts(verdicts=FailingVerdicts()), RECORD, deadline)
    assert state(aws)["status"] == "INFLIGHT"
    clock.advance(LEASE_SECONDS)
    assert run(make_attempts(), RECORD, deadline)
    first, second = (event["detail"] for event in aws.announced())
    assert first["eventId"] == second["eventId"]
    assert (first["attempts"], second["attempts"]) == (1, 2)


def test_the_last_failure_is_announced_though_the_table_does_not_answer(
    make_attempts: MakeAttempts, aws: Aws, deadline: Deadline
) -> None:
    class SilentTable:
        def failed(self, *_: Any) -> None:
            raise client_error("InternalServerError", 500)

    last = WorkerRecord.from_event(sqs_record(receive_count=MAX_RECEIVE_COUNT))
    assert not run(make_attempts(outage, verdicts=SilentTable()), last, deadline)
    [event] = aws.announced()
    assert event["detail-type"] == "IngestionFailure"


def test_a_failure_that_cannot_be_kept_still_fails_the_record(
    make_attempts: MakeAttempts, deadline: Deadline, sink: LogSink
) -> None:
    last = WorkerRecord.from_event(sqs_record(receive_count=MAX_RECEIVE_COUNT))
    assert not run(make_attempts(outage, events=bus(REFUSED)), last, deadline)
    failed, not_registered = sink.lines()
    assert failed["errorType"] == "DownstreamUnavailable"
    assert (not_registered["message"], not_registered["reason"]) == (
        "failure not registered",
        "EventNotPublished",
    )
    assert "errorType" not in not_registered
