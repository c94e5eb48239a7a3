"""Lambda entry point of the step events."""

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.common import circuits, clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.errors import InvalidRequest
from functions.events.outcome_events import OutcomeEvents
from functions.ingestion.environment import EventsEnvironment
from functions.ingestion.identity import Identity
from functions.ingestion.step import Json, allow_trial_at_last_receive, step
from functions.ingestion.wire_error import from_wire
from functions.processor.processing import Order

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@step
def handler(event: Json, _: "LambdaContext") -> Json:
    """Announce an outcome: `{"outcome", "idempotencyKey", "checksum", "attempts"}`, and for the outcome
    `success` `order`, the processor's answer; for `failure` `error`, `{"Error", "Cause"}` as Step Functions
    catches it.

    Out: `{"emittedAt": seconds since the epoch}`. Errors: EventNotPublished, AwsCallFailed, CircuitOpen.
    """
    allow_trial_at_last_receive(event, circuits.eventbridge())
    identity = Identity(event["idempotencyKey"], event["checksum"])
    now = system_clock()
    match event["outcome"]:
        case "success":
            outcome_events().success(identity, Order.from_json(event["order"]), event["attempts"], now)
        case "failure":
            error = from_wire(event["error"]["Error"], event["error"]["Cause"])
            outcome_events().failure(identity, error, event["attempts"], now)
        case other:
            raise InvalidRequest(f"no outcome {other!r}", "outcome")
    return {"emittedAt": now}


@cache
def outcome_events() -> OutcomeEvents:
    """Wired once a cold start."""
    return OutcomeEvents(clients.events(), from_variables(EventsEnvironment, os.environ).bus_name)
