"""The worker's parts over moto, and records as Lambda hands them over."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.common import clients
from functions.common.deadline import Deadline
from functions.common.message import ERROR_TYPE_CANDIDATE, IDEMPOTENCY_KEY
from functions.worker.attempt import Attempts
from functions.worker.claims import Claims
from functions.worker.outcome_events import OutcomeEvents
from functions.worker.processing import Downstream
from functions.worker.record_log import RecordLog
from functions.worker.verdicts import Verdicts
from tests.functions.conftest import Aws
from tests.functions.doubles import FakeClock, LogSink

LEASE_SECONDS = 35
TTL_DAYS = 7
MAX_RECEIVE_COUNT = 5
ORDER = '{"amount":42.5,"orderId":"123"}'


def sqs_record(
    body: str = ORDER, *, key: str | None = "key-1", message_id: str = "message-1", receive_count: int = 1
) -> dict[str, Any]:
    """One record of the event that Lambda's SQS poller sends."""
    attributes = {IDEMPOTENCY_KEY: key, ERROR_TYPE_CANDIDATE: "NONE"}
    return {
        "messageId": message_id,
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receive_count)},
        "messageAttributes": {
            name: {"dataType": "String", "stringValue": value}
            for name, value in attributes.items()
            if value is not None
        },
    }


@pytest.fixture
def claims(aws: Aws) -> Claims:
    return Claims(clients.dynamodb(), aws.table_name, lease_seconds=LEASE_SECONDS, ttl_days=TTL_DAYS)


@pytest.fixture
def verdicts(aws: Aws) -> Verdicts:
    return Verdicts(clients.dynamodb(), aws.table_name, ttl_days=TTL_DAYS)


@pytest.fixture
def sink() -> LogSink:
    return LogSink()


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(lambda: 30_000)


MakeAttempts = Callable[..., Attempts]


@pytest.fixture
def make_attempts(
    aws: Aws, claims: Claims, verdicts: Verdicts, clock: FakeClock, sink: LogSink
) -> MakeAttempts:
    """Attempts over moto, with a downstream of the test's choice and any part replaced."""

    def make(downstream: Downstream = lambda _: None, **parts: Any) -> Attempts:
        defaults: dict[str, Any] = {
            "claims": claims,
            "verdicts": verdicts,
            "events": OutcomeEvents(clients.events(), aws.bus_name),
            "max_receive_count": MAX_RECEIVE_COUNT,
            "clock": clock,
            "log": RecordLog(sink.logger),
        }
        return Attempts(downstream=downstream, **(defaults | parts))

    return make
