"""Handler of the step processor: its answer, and its errors by their names."""

from typing import Any

import pytest

from functions.common.environment import to_variables
from functions.common.errors import DownstreamUnavailable, MalformedMessage, SchemaValidationError
from functions.ingestion.environment import ProcessorEnvironment
from functions.ingestion.identity import checksum, identify
from functions.processor.handler import handler
from functions.processor.processing import Order
from tests.functions.conftest import Aws

EXACT = '{"amount":0.1000000000000000055511151231257827,"orderId":"123"}'
EVENT = {"idempotencyKey": "key-1", "checksum": checksum(EXACT), "body": EXACT}


@pytest.fixture
def deployed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    environment = ProcessorEnvironment(
        failure_mode_parameter=aws.failure_mode_parameter, failure_mode_cache_seconds=5, event_schema="v1"
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    return aws


def test_answers_the_order_to_the_last_digit(deployed: Aws, context: Any) -> None:
    answer = handler(EVENT, context)
    assert answer == {"orderId": "123", "amount": "0.1000000000000000055511151231257827", "currency": None}
    assert Order.from_json(answer).to_json() == answer


def test_what_is_no_order_is_an_error_by_its_name(deployed: Aws, context: Any) -> None:
    with pytest.raises(SchemaValidationError):
        handler(EVENT | {"body": "{}"}, context)
    keyless = identify(EXACT, None)
    with pytest.raises(MalformedMessage):
        handler({"idempotencyKey": keyless.key, "checksum": keyless.checksum, "body": EXACT}, context)


def test_honours_the_failure_mode(deployed: Aws, context: Any) -> None:
    deployed.set_failure_mode("downstream_outage")
    with pytest.raises(DownstreamUnavailable):
        handler(EVENT, context)
