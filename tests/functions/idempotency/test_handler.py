"""Claims and verdicts across invocations: what the state machine carries from one to the next."""

import json
from typing import Any

import pytest

from functions.common.environment import to_variables
from functions.common.errors import (
    DownstreamUnavailable,
    IdempotencyKeyReused,
    InvalidRequest,
    LeaseHeld,
    LeaseLost,
)
from functions.idempotency.handler import handler
from functions.ingestion.environment import IdempotencyEnvironment
from functions.ingestion.identity import checksum
from functions.ingestion.wire_error import to_wire
from tests.functions.conftest import LEASE_SECONDS, ORDER, TTL_DAYS, Aws

KEY = {"idempotencyKey": "key-1", "checksum": checksum(ORDER)}
CLAIM = {"operation": "claim", **KEY}


@pytest.fixture
def deployed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    environment = IdempotencyEnvironment(
        table_name=aws.table_name, ttl_days=TTL_DAYS, lease_seconds=LEASE_SECONDS
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    return aws


def held(claim: dict[str, Any], operation: str, **more: Any) -> dict[str, Any]:
    return {"operation": operation, **KEY, "owner": claim["owner"], "attempts": claim["attempts"], **more}


def status(aws: Aws) -> str:
    item = aws.item("key-1")
    assert item is not None
    return str(item["status"]["S"])


def test_a_claim_that_succeeds_makes_every_later_one_a_duplicate(deployed: Aws, context: Any) -> None:
    claim = handler(CLAIM, context)
    assert (claim["claimed"], claim["attempts"]) == (True, 1)
    assert handler(held(claim, "succeed", eventEmittedAt=1_800_000_000.5), context) == {"status": "SUCCEEDED"}
    item = deployed.item("key-1")
    assert item is not None
    assert item["eventEmittedAt"]["S"] == "2027-01-15T08:00:00.500Z"
    assert handler(CLAIM, context) == {"claimed": False}


def test_a_failure_is_kept_with_its_type_and_category_and_may_be_tried_again(
    deployed: Aws, context: Any
) -> None:
    claim = handler(CLAIM, context)
    raised = to_wire(DownstreamUnavailable("down"))
    error = {"Error": "DownstreamUnavailable", "Cause": json.dumps({"errorMessage": str(raised)})}
    assert handler(held(claim, "fail", error=error), context) == {"status": "FAILED"}
    item = deployed.item("key-1")
    assert item is not None
    assert (item["errorType"]["S"], item["errorCategory"]["S"]) == ("DownstreamUnavailable", "TRANSIENT")
    assert handler(CLAIM, context)["attempts"] == 2


def test_a_live_lease_and_another_payload_are_errors_by_their_names(deployed: Aws, context: Any) -> None:
    handler(CLAIM, context)
    with pytest.raises(LeaseHeld):
        handler(CLAIM, context)
    with pytest.raises(IdempotencyKeyReused):
        handler(CLAIM | {"checksum": "another"}, context)


@pytest.mark.parametrize("operation", ["succeed", "fail"])
def test_only_the_owner_writes_a_verdict(deployed: Aws, context: Any, operation: str) -> None:
    handler(CLAIM, context)
    stranger = {"owner": "stranger", "attempts": 1}
    error = {"Error": "X", "Cause": ""}
    with pytest.raises(LeaseLost):
        handler(held(stranger, operation, error=error, eventEmittedAt=0), context)
    assert status(deployed) == "INFLIGHT"


def test_an_unknown_operation_is_refused(deployed: Aws, context: Any) -> None:
    with pytest.raises(InvalidRequest):
        handler({"operation": "steal", **KEY}, context)
