"""Lambda entry point of the step idempotency: it claims a key, and keeps what became of the claim."""

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.common import circuits, clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.errors import InvalidRequest
from functions.idempotency.claims import Claim, Claims, Verdicts
from functions.ingestion.environment import IdempotencyEnvironment
from functions.ingestion.identity import Identity
from functions.ingestion.step import Json, allow_trial_at_last_receive, step
from functions.ingestion.wire_error import from_wire

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@step
def handler(event: Json, _: "LambdaContext") -> Json:
    """One of three operations on `idempotencyKey` and `checksum`.

    `claim`: out `{"claimed": true, "owner": id, "attempts": n}`, or `{"claimed": false}` where the event has
    succeeded already. Errors: LeaseHeld, IdempotencyKeyReused.
    `succeed`: in also the claim's `owner` and `attempts`, and `eventEmittedAt` in seconds since the epoch.
    `fail`: in also `owner` and `attempts`, and `error`, `{"Error", "Cause"}` as Step Functions catches it.
    Both answer `{"status": ...}`. Errors: LeaseLost. All three: AwsCallFailed, CircuitOpen.
    """
    allow_trial_at_last_receive(event, circuits.dynamodb())
    identity = Identity(event["idempotencyKey"], event["checksum"])
    match event["operation"]:
        case "claim":
            return _claim(identity)
        case "succeed":
            verdicts().succeeded(_held(event, identity), event["eventEmittedAt"], system_clock())
            return {"status": "SUCCEEDED"}
        case "fail":
            error = from_wire(event["error"]["Error"], event["error"]["Cause"])
            verdicts().failed(_held(event, identity), error, system_clock())
            return {"status": "FAILED"}
        case other:
            raise InvalidRequest(f"no operation {other!r}", "operation")


def _claim(identity: Identity) -> Json:
    claim = claims().claim(identity, system_clock())
    if claim is None:
        return {"claimed": False}
    return {"claimed": True, "owner": claim.owner, "attempts": claim.attempts}


def _held(event: Json, identity: Identity) -> Claim:
    """The claim that the event carries. The table refuses the write if its owner has no lease any more."""
    return Claim(identity, event["owner"], event["attempts"])


@cache
def claims() -> Claims:
    """Wired once a cold start."""
    environment = from_variables(IdempotencyEnvironment, os.environ)
    return Claims(
        clients.dynamodb(),
        environment.table_name,
        lease_seconds=environment.lease_seconds,
        ttl_days=environment.ttl_days,
    )


@cache
def verdicts() -> Verdicts:
    """Wired once a cold start."""
    environment = from_variables(IdempotencyEnvironment, os.environ)
    return Verdicts(clients.dynamodb(), environment.table_name, ttl_days=environment.ttl_days)
