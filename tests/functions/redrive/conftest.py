"""Dead letters in moto, and what the redrive's API and its runner share."""

import pytest

from functions.common import clients
from functions.common.clock import Deadline, system_clock
from functions.redrive.dead_letters import IngestionDlq, LetterFailures
from functions.redrive.preview import RedrivePreview
from tests.functions.conftest import Aws
from tests.functions.redrive.dead_letters import DeadLetters


@pytest.fixture
def letters(aws: Aws) -> DeadLetters:
    return DeadLetters(aws)


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(lambda: 28_000)


@pytest.fixture
def dead_letter_queue(aws: Aws) -> IngestionDlq:
    return IngestionDlq(clients.sqs(), aws.dlq_url)


@pytest.fixture
def failures(aws: Aws) -> LetterFailures:
    return LetterFailures(clients.dynamodb(), aws.table_name)


# The real clock: moto stamps messages with the real time, and ages are measured against it.
@pytest.fixture
def preview(dead_letter_queue: IngestionDlq, failures: LetterFailures) -> RedrivePreview:
    return RedrivePreview(dead_letter_queue, failures, system_clock)
