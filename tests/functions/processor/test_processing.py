"""The rules of each version of the schema, as processing applies them."""

from decimal import Decimal

import pytest

from functions.common.clock import Deadline
from functions.common.errors import MalformedMessage, SchemaValidationError
from functions.ingestion.event_schema import SchemaVersion
from functions.ingestion.failure_mode import FailureMode
from functions.ingestion.identity import identify
from functions.processor.processing import Order, deployed_processing, read_order

V1_EVENT = '{"amount":42.5,"orderId":"123"}'
V2_EVENT = '{"amount":42.5,"currency":"EUR","orderId":"123"}'
BAD_CURRENCY = '{"amount":42.5,"currency":"euro","orderId":"123"}'


def read(body: str, schema: SchemaVersion) -> Order:
    return read_order(identify(body, "key"), body, schema)


@pytest.mark.parametrize(
    ("body", "schema", "currency"),
    [
        (V1_EVENT, SchemaVersion.V1, None),
        (V2_EVENT, SchemaVersion.V1, None),
        (V2_EVENT, SchemaVersion.V2, "EUR"),
        (V1_EVENT, SchemaVersion.V2_COMPATIBLE, "USD"),
        (V2_EVENT, SchemaVersion.V2_COMPATIBLE, "EUR"),
    ],
)
def test_what_a_version_takes(body: str, schema: SchemaVersion, currency: str | None) -> None:
    assert read(body, schema) == Order("123", Decimal("42.5"), currency)


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        (V1_EVENT, SchemaVersion.V2),
        (BAD_CURRENCY, SchemaVersion.V2),
        (BAD_CURRENCY, SchemaVersion.V2_COMPATIBLE),
        ('{"orderId":"123"}', SchemaVersion.V2_COMPATIBLE),
    ],
)
def test_what_a_version_refuses(body: str, schema: SchemaVersion) -> None:
    with pytest.raises(SchemaValidationError):
        read(body, schema)


def test_a_message_without_a_key_did_not_come_through_ingest() -> None:
    with pytest.raises(MalformedMessage):
        read_order(identify(V1_EVENT, None), V1_EVENT, SchemaVersion.V1)


def test_the_schema_of_a_faulty_release_names_the_field_and_the_rule_that_every_event_breaks() -> None:
    processing = deployed_processing(lambda: FailureMode.POISON_PAYLOAD, SchemaVersion.V1)
    with pytest.raises(SchemaValidationError, match=r"^body\.amount must be string$"):
        processing.process(identify(V1_EVENT, "key"), V1_EVENT, Deadline(lambda: 30_000))
