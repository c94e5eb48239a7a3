"""Records while a service is unwell: spared the calls, and never dead-lettered by the circuit alone."""

from typing import Any

import boto3
import pytest

from functions.common.circuits import Circuit
from functions.common.clients import guarded
from functions.common.clock import Deadline
from functions.common.errors import DownstreamUnavailable
from functions.events.outcome_events import OutcomeEvents
from functions.worker.records import WorkerRecord
from tests.functions.conftest import Aws
from tests.functions.doubles import FakeClock, LogSink, raising
from tests.functions.worker.conftest import MAX_RECEIVE_COUNT, MakeAttempts, run, sqs_record

RESET_SECONDS = 30.0
RECORD = WorkerRecord.from_event(sqs_record())
LAST = WorkerRecord.from_event(sqs_record(receive_count=MAX_RECEIVE_COUNT))


def outage(_: Deadline) -> None:
    raise DownstreamUnavailable("down")


@pytest.fixture
def opened(clock: FakeClock) -> Circuit:
    """A circuit that has just opened."""
    circuit = Circuit("Test", fail_max=1, reset_seconds=RESET_SECONDS, clock=clock, logger=LogSink().logger)
    with pytest.raises(DownstreamUnavailable):
        circuit.call(raising(DownstreamUnavailable("down")))
    return circuit


def test_an_open_circuit_fails_the_record_before_it_touches_the_table(
    make_attempts: MakeAttempts, opened: Circuit, aws: Aws, deadline: Deadline, sink: LogSink
) -> None:
    assert not run(make_attempts(circuits=[opened]), RECORD, deadline)
    assert aws.item("key-1") is None
    [line] = sink.lines()
    assert (line["message"], line["errorType"], line["errorCategory"]) == (
        "record failed",
        "CircuitOpen",
        "TRANSIENT",
    )


def test_the_record_succeeds_at_a_delivery_after_the_open_time(
    make_attempts: MakeAttempts, opened: Circuit, deadline: Deadline, clock: FakeClock
) -> None:
    attempts = make_attempts(lambda _: opened.call(lambda: None), circuits=[opened])
    assert not run(attempts, RECORD, deadline)
    clock.advance(RESET_SECONDS)
    assert run(attempts, RECORD, deadline)


def test_the_last_delivery_is_tried_whatever_the_circuit_says(
    make_attempts: MakeAttempts, opened: Circuit, aws: Aws, deadline: Deadline
) -> None:
    attempts = make_attempts(lambda _: opened.call(lambda: None), circuits=[opened])
    assert run(attempts, LAST, deadline)
    [event] = aws.announced()
    assert event["detail-type"] == "IngestionSuccess"


def test_only_the_services_own_answer_dead_letters_a_message(
    make_attempts: MakeAttempts, opened: Circuit, aws: Aws, deadline: Deadline
) -> None:
    attempts = make_attempts(lambda each: opened.call(outage, each), circuits=[opened])
    assert not run(attempts, LAST, deadline)
    item = aws.item("key-1")
    assert item is not None
    assert (item["status"]["S"], item["errorType"]["S"]) == ("FAILED", "DownstreamUnavailable")
    [event] = aws.announced()
    assert (event["detail-type"], event["detail"]["errorType"]) == (
        "IngestionFailure",
        "DownstreamUnavailable",
    )


def test_a_bus_that_opens_its_circuit_after_the_claim_leaves_the_rest_to_the_next_delivery(
    make_attempts: MakeAttempts, opened: Circuit, aws: Aws, deadline: Deadline, clock: FakeClock
) -> None:
    events: Any = guarded(boto3.client("events"), opened)
    attempts = make_attempts(events=OutcomeEvents(events, aws.bus_name))
    assert not run(attempts, RECORD, deadline)
    item = aws.item("key-1")
    assert item is not None
    assert (item["status"]["S"], item["errorType"]["S"]) == ("FAILED", "CircuitOpen")
    assert "leaseOwner" not in item

    clock.advance(RESET_SECONDS)
    assert run(attempts, RECORD, deadline)
    item = aws.item("key-1")
    assert item is not None
    assert item["status"]["S"] == "SUCCEEDED"
    assert len(aws.announced()) == 1
