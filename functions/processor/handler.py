"""Lambda entry point of the step processor."""

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.common import circuits
from functions.common.clock import Deadline
from functions.common.environment import from_variables
from functions.ingestion.environment import ProcessorEnvironment
from functions.ingestion.event_schema import SchemaVersion
from functions.ingestion.failure_mode_reader import deployed_modes
from functions.ingestion.identity import Identity
from functions.ingestion.step import Json, allow_trial_at_last_receive, step
from functions.processor.processing import Processing, deployed_processing

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@step
def handler(event: Json, context: "LambdaContext") -> Json:
    """Process an event whose key is claimed.

    In: `{"idempotencyKey", "checksum", "body"}`. Out: `{"orderId", "amount", "currency"}`, the amount as
    text, since JSON's readers make a binary fraction of a number. Errors: a PipelineError of any category.
    """
    allow_trial_at_last_receive(event, circuits.downstream())
    identity = Identity(event["idempotencyKey"], event["checksum"])
    deadline = Deadline(context.get_remaining_time_in_millis)
    return processing().process(identity, event["body"], deadline).to_json()


@cache
def processing() -> Processing:
    """Wired once a cold start."""
    environment = from_variables(ProcessorEnvironment, os.environ)
    modes = deployed_modes(environment.failure_mode_parameter, environment.failure_mode_cache_seconds)
    return deployed_processing(modes.read, SchemaVersion(environment.event_schema))
