"""Handler of the step publish: what it queues, and how often."""

from typing import Any

import pytest

from functions.common import clients
from functions.common.environment import to_variables
from functions.common.errors import AwsCallFailed
from functions.ingestion.environment import PublishEnvironment
from functions.publish.handler import handler
from tests.functions.conftest import ORDER, Aws
from tests.functions.doubles import StubClient, client_error, raising

EVENT = {"body": ORDER, "idempotencyKey": "key-1"}


@pytest.fixture
def deployed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    environment = PublishEnvironment(
        queue_url=aws.queue_url,
        failure_mode_parameter=aws.failure_mode_parameter,
        failure_mode_cache_seconds=5,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    return aws


def test_queues_the_event_under_its_key(deployed: Aws, context: Any) -> None:
    answer = handler(EVENT, context)
    [message] = deployed.receive_all(deployed.queue_url)
    assert answer == {"idempotencyKey": "key-1", "messageId": message["MessageId"]}
    assert message["Body"] == ORDER
    assert message["MessageAttributes"]["idempotencyKey"]["StringValue"] == "key-1"


def test_duplicate_submit_queues_it_twice(deployed: Aws, context: Any) -> None:
    deployed.set_failure_mode("duplicate_submit")
    handler(EVENT, context)
    assert len(deployed.receive_all(deployed.queue_url)) == 2


def test_an_answer_of_sqs_keeps_its_code(
    deployed: Aws, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = StubClient(send_message=raising(client_error("ThrottlingException")))
    monkeypatch.setattr(clients, "sqs", lambda: refusing)
    with pytest.raises(AwsCallFailed, match="ThrottlingException"):
        handler(EVENT, context)
