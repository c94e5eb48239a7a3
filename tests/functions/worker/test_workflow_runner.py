"""One record by an execution of the state machine: what goes in, and what its end means for the message."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.common.clock import Deadline
from functions.common.errors import DownstreamUnavailable
from functions.ingestion.identity import checksum
from functions.ingestion.orchestration import Orchestration
from functions.ingestion.wire_error import to_wire
from functions.worker.records import RecordLog, WorkerRecord
from functions.worker.workflow_runner import WorkflowRunner
from tests.functions.conftest import ORDER
from tests.functions.doubles import FakeClock, LogSink, StubClient, client_error, raising
from tests.functions.worker.conftest import MAX_RECEIVE_COUNT, sqs_record

TIMEOUT_SECONDS = 2
Make = Callable[..., WorkflowRunner]


@pytest.fixture
def make(sink: LogSink, clock: FakeClock) -> Make:
    def executions(operation: Callable[..., Any], percent: int = 100) -> WorkflowRunner:
        client: Any = StubClient(start_sync_execution=operation)
        machine = Orchestration(client, "arn:machine", percent, TIMEOUT_SECONDS)
        return WorkflowRunner(machine, MAX_RECEIVE_COUNT, clock, RecordLog(sink.logger))

    return executions


def ended(outcome: str) -> Callable[..., Any]:
    return lambda **_: {"status": "SUCCEEDED", "output": json.dumps({"outcome": outcome})}


def calls(executions: WorkflowRunner) -> list[dict[str, Any]]:
    client: Any = executions.orchestration.stepfunctions
    return [json.loads(parameters["input"]) for _, parameters in client.calls]


@pytest.mark.parametrize(("receive_count", "is_last"), [(1, False), (MAX_RECEIVE_COUNT, True)])
def test_the_machine_gets_what_an_attempt_needs(
    make: Make, deadline: Deadline, receive_count: int, is_last: bool
) -> None:
    executions = make(ended("processed"))
    assert executions.run(WorkerRecord.from_event(sqs_record(receive_count=receive_count)), deadline)
    message = {
        "idempotencyKey": "key-1",
        "checksum": checksum(ORDER),
        "body": ORDER,
        "receiveCount": receive_count,
        "isLastReceive": is_last,
    }
    assert calls(executions) == [{"phase": "process", "message": message}]


@pytest.mark.parametrize(
    ("outcome", "line", "flag"),
    [("processed", "record processed", "processed"), ("duplicate", "duplicate skipped", "duplicate")],
)
def test_success_is_logged_as_by_an_attempt(
    make: Make, deadline: Deadline, sink: LogSink, outcome: str, line: str, flag: str
) -> None:
    assert make(ended(outcome)).run(WorkerRecord.from_event(sqs_record()), deadline)
    [logged] = sink.lines()
    assert (logged["message"], logged[flag]) == (line, True)


@pytest.mark.parametrize(
    ("operation", "error_type", "category"),
    [
        (
            lambda **_: {
                "status": "FAILED",
                "error": "DownstreamUnavailable",
                "cause": json.dumps({"errorMessage": str(to_wire(DownstreamUnavailable("down")))}),
            },
            "DownstreamUnavailable",
            "TRANSIENT",
        ),
        (lambda **_: {"status": "FAILED", "error": "Sandbox.Timedout"}, "Sandbox.Timedout", "TIMEOUT"),
        (lambda **_: {"status": "TIMED_OUT"}, "States.Timeout", "TIMEOUT"),
        (raising(client_error("ThrottlingException")), "ThrottlingException", "TRANSIENT"),
    ],
)
def test_a_failure_fails_the_record_alone_and_is_logged_by_its_name(
    make: Make,
    deadline: Deadline,
    sink: LogSink,
    operation: Callable[..., Any],
    error_type: str,
    category: str,
) -> None:
    assert not make(operation).run(WorkerRecord.from_event(sqs_record()), deadline)
    [line] = sink.lines()
    assert (line["message"], line["errorType"], line["errorCategory"]) == (
        "record failed",
        error_type,
        category,
    )


def test_no_execution_is_begun_whose_end_the_invocation_may_not_see(make: Make, sink: LogSink) -> None:
    executions = make(ended("processed"))
    assert not executions.run(
        WorkerRecord.from_event(sqs_record()), Deadline(lambda: TIMEOUT_SECONDS * 1000 - 1)
    )
    assert calls(executions) == []
    assert sink.lines()[0]["errorType"] == "OutOfTime"


def test_only_keys_of_the_share_are_taken(make: Make) -> None:
    record = WorkerRecord.from_event(sqs_record())
    assert make(ended("processed")).takes(record)
    assert not make(ended("processed"), percent=0).takes(record)
