"""Dead letters in moto, and the redrive's parts over it."""

import json
from dataclasses import dataclass

import pytest

from functions.common import clients
from functions.common.clock import system_clock
from functions.common.deadline import Deadline
from functions.common.idempotency import checksum
from functions.redrive.dead_letter_queue import DeadLetterQueue
from functions.redrive.failures import Failures
from functions.redrive.job import Jobs
from functions.redrive.main_queue import MainQueue
from functions.redrive.preview import Preview
from tests.functions.conftest import Aws


@dataclass
class DeadLetters:
    """Puts letters into the dead-letter queue, and their state into the table."""

    aws: Aws

    def add(self, key: str, error: tuple[str, str] | None = None, **attributes: str) -> str:
        """Return the letter's body. `error` is the type and category that the worker recorded."""
        body = json.dumps({"orderId": key, "amount": 1})
        values = {"idempotencyKey": key, "errorTypeCandidate": "NONE", **attributes}
        self.aws.sqs.send_message(
            QueueUrl=self.aws.dlq_url,
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in values.items()
            },
        )
        if error is not None:
            error_type, category = error
            self.put_item(key, body, "FAILED", errorType=error_type, errorCategory=category)
        return body

    def put_item(self, key: str, body: str, status: str, **attributes: str) -> None:
        self.aws.dynamodb.put_item(
            TableName=self.aws.table_name,
            Item={
                "idempotencyKey": {"S": key},
                "status": {"S": status},
                "checksum": {"S": checksum(body)},
                "attempts": {"N": "5"},
                **{name: {"S": value} for name, value in attributes.items()},
            },
        )

    def visible(self) -> int:
        """How many letters another consumer could receive now."""
        return len(self.aws.receive_all(self.aws.dlq_url))


@pytest.fixture
def letters(aws: Aws) -> DeadLetters:
    return DeadLetters(aws)


@pytest.fixture(autouse=True)
def short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto has one server, so a short poll misses nothing and saves a second for each empty queue."""
    monkeypatch.setattr("functions.redrive.dead_letter_queue._WAIT_SECONDS", 0)


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(lambda: 28_000)


@pytest.fixture
def dead_letter_queue(aws: Aws) -> DeadLetterQueue:
    return DeadLetterQueue(clients.sqs(), aws.dlq_url)


@pytest.fixture
def failures(aws: Aws) -> Failures:
    return Failures(clients.dynamodb(), aws.table_name)


# The real clock below: moto stamps messages with the real time, and ages are measured against it.
@pytest.fixture
def jobs(aws: Aws, dead_letter_queue: DeadLetterQueue, failures: Failures) -> Jobs:
    return Jobs(dead_letter_queue, MainQueue(clients.sqs(), aws.queue_url), failures, system_clock)


@pytest.fixture
def preview(dead_letter_queue: DeadLetterQueue, failures: Failures) -> Preview:
    return Preview(dead_letter_queue, failures, system_clock)
