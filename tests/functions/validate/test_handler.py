"""Handler of the step validate: the canonical event and its key, or an error by its name."""

from typing import Any

import pytest

from functions.common.errors import InvalidJson, InvalidRequest, PayloadTooLarge, SchemaValidationError
from functions.ingestion.identity import checksum
from functions.validate.handler import handler

CANONICAL = '{"amount":42.5,"orderId":"123"}'


def test_answers_the_canonical_event_and_its_key(context: Any) -> None:
    event = {"headers": {}, "body": '{"orderId": "123", "amount": 42.50}'}
    assert handler(event, context) == {"body": CANONICAL, "idempotencyKey": checksum(CANONICAL)}


def test_takes_the_clients_key_and_base64(context: Any) -> None:
    event = {
        "headers": {"Idempotency-Key": "k-1"},
        "body": "eyJvcmRlcklkIjogIjEyMyIsICJhbW91bnQiOiA0Mi41fQ==",
        "isBase64Encoded": True,
    }
    assert handler(event, context) == {"body": CANONICAL, "idempotencyKey": "k-1"}


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"body": "{"}, InvalidJson),
        ({"body": "{}"}, SchemaValidationError),
        ({"body": CANONICAL, "headers": {"idempotency-key": "a b"}}, InvalidRequest),
        ({"body": CANONICAL + " " * 1_000_000}, PayloadTooLarge),
    ],
)
def test_what_is_no_event_is_an_error_by_its_name(
    event: dict[str, Any], error: type[Exception], context: Any
) -> None:
    with pytest.raises(error):
        handler(event, context)
