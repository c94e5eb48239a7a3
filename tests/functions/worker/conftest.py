"""The worker's parts over moto, and records as Lambda hands them over."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.common import clients
from functions.common.clock import Deadline
from functions.common.sqs_message import ERROR_TYPE_CANDIDATE, IDEMPOTENCY_KEY
from functions.events.outcome_events import OutcomeEvents
from functions.idempotency.claims import Claims, Verdicts
from functions.processor.downstream import Downstream
from functions.processor.processing import Processing
from functions.worker.attempt import RecordAttempts
from functions.worker.batch import Batch
from functions.worker.records import RecordLog, WorkerRecord
from tests.functions.conftest import ORDER, Aws
from tests.functions.doubles import FakeClock, LogSink

MAX_RECEIVE_COUNT = 5


def sqs_record(
    body: str = ORDER, *, key: str | None = "key-1", message_id: str = "message-1", receive_count: int = 1
) -> dict[str, Any]:
    """One record of the event that Lambda's SQS poller sends."""
    attributes = {IDEMPOTENCY_KEY: key, ERROR_TYPE_CANDIDATE: "NONE"}
    return {
        "messageId": message_id,
        "receiptHandle": f"{message_id}-handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receive_count)},
        "messageAttributes": {
            name: {"dataType": "String", "stringValue": value}
            for name, value in attributes.items()
            if value is not None
        },
    }


@pytest.fixture
def sink() -> LogSink:
    return LogSink()


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(lambda: 30_000)


MakeAttempts = Callable[..., RecordAttempts]


def run(attempts: RecordAttempts, record: WorkerRecord, deadline: Deadline) -> bool:
    """A batch of one: whether SQS may delete its message."""
    return not Batch(attempts, deadline).run([record])


@pytest.fixture
def make_attempts(
    aws: Aws, claims: Claims, verdicts: Verdicts, clock: FakeClock, sink: LogSink
) -> MakeAttempts:
    """Attempts over moto, with a downstream of the test's choice and any part replaced."""

    def make(downstream: Downstream = lambda _: None, **parts: Any) -> RecordAttempts:
        defaults: dict[str, Any] = {
            "claims": claims,
            "verdicts": verdicts,
            "events": OutcomeEvents(clients.events(), aws.bus_name),
            "circuits": (),
            "max_receive_count": MAX_RECEIVE_COUNT,
            "clock": clock,
            "log": RecordLog(sink.logger),
        }
        return RecordAttempts(processing=Processing(downstream), **(defaults | parts))

    return make
