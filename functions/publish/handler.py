"""Lambda entry point of the step publish."""

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.common import clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.ingestion.environment import PublishEnvironment
from functions.ingestion.failure_mode_reader import deployed_modes
from functions.ingestion.step import Json, step
from functions.publish.publisher import MainQueue, Publisher
from functions.validate.submission import Submission

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@step
def handler(event: Json, _: "LambdaContext") -> Json:
    """Queue a validated event.

    In: `{"body": canonical JSON, "idempotencyKey": key}`, which is validate's answer.
    Out: `{"idempotencyKey": key, "messageId": id}`, once SQS has the message.
    Errors: PayloadTooLarge, InvalidRequest, AwsCallFailed, CircuitOpen.
    """
    submission = Submission(event["body"], event["idempotencyKey"])
    return {
        "idempotencyKey": submission.idempotency_key,
        "messageId": publisher().publish(submission),
    }


@cache
def publisher() -> Publisher:
    """Wired once a cold start."""
    environment = from_variables(PublishEnvironment, os.environ)
    modes = deployed_modes(environment.failure_mode_parameter, environment.failure_mode_cache_seconds)
    return Publisher(MainQueue(clients.sqs(), environment.queue_url), modes.read, system_clock)
