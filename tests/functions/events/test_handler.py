"""Handler of the step events: what it puts on the bus."""

import json
from typing import Any

import pytest

from functions.common.environment import to_variables
from functions.common.errors import InvalidRequest, SchemaValidationError
from functions.events.handler import handler
from functions.ingestion.environment import EventsEnvironment
from functions.ingestion.wire_error import to_wire
from tests.functions.conftest import Aws

KEY = {"idempotencyKey": "key-1", "checksum": "c", "attempts": 2}
ORDER = {"orderId": "123", "amount": "42.50", "currency": None}


@pytest.fixture
def deployed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in to_variables(EventsEnvironment(bus_name=aws.bus_name)).items():
        monkeypatch.setenv(name, value)
    return aws


def test_announces_success_once_under_one_event_id(deployed: Aws, context: Any) -> None:
    event = {"outcome": "success", **KEY, "order": ORDER}
    assert handler(event, context)["emittedAt"] > 1_700_000_000
    handler(event, context)
    first, second = deployed.announced()
    assert first["detail-type"] == "IngestionSuccess"
    assert (first["detail"]["amount"], first["detail"]["attempts"]) == (42.5, 2)
    assert first["detail"]["eventId"] == second["detail"]["eventId"]


def test_announces_failure_with_its_type_and_category(deployed: Aws, context: Any) -> None:
    raised = to_wire(SchemaValidationError("no such order"))
    error = {"Error": "SchemaValidationError", "Cause": json.dumps({"errorMessage": str(raised)})}
    handler({"outcome": "failure", **KEY, "error": error}, context)
    [event] = deployed.announced()
    assert event["detail-type"] == "IngestionFailure"
    assert event["detail"]["errorType"] == "SchemaValidationError"
    assert event["detail"]["errorCategory"] == "VALIDATION"


def test_an_unknown_outcome_is_refused(deployed: Aws, context: Any) -> None:
    with pytest.raises(InvalidRequest):
        handler({"outcome": "maybe", **KEY}, context)
