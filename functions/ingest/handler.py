"""Lambda entry point of `POST /events` and `GET /health`."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.errors import PayloadTooLarge
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.ingest.acceptance import Acceptance, AcceptanceExecution, Receipt
from functions.ingestion.api_http import ApiRequest, Response, json_response
from functions.ingestion.environment import IngestEnvironment
from functions.ingestion.failure_mode_reader import deployed_modes
from functions.ingestion.orchestration import deployed_orchestration
from functions.ingestion.router import Router
from functions.publish.publisher import MainQueue, Publisher

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> Response:
    """Answer one HTTP API request, payload format 2.0."""
    logger.append_keys(requestId=context.aws_request_id)
    return router().answer(event, context.aws_request_id)


@cache
def router() -> Router:
    """Wired once a cold start."""
    return Router({"POST /events": post_event, "GET /health": health}, logger, system_clock)


@cache
def acceptance() -> Acceptance:
    """Wired once a cold start, at the first event: health must answer without any AWS service."""
    environment = from_variables(IngestEnvironment, os.environ)
    modes = deployed_modes(environment.failure_mode_parameter, environment.failure_mode_cache_seconds)
    queue = MainQueue(clients.sqs(), environment.queue_url)
    publisher = Publisher(queue, modes.read, system_clock)
    return Acceptance(publisher, environment.max_body_bytes)


def post_event(request: ApiRequest) -> Response:
    receipt = accept(request)
    logger.append_keys(idempotencyKey=receipt.idempotency_key)
    body = {
        "idempotencyKey": receipt.idempotency_key,
        "messageId": receipt.message_id,
        "status": "accepted",
    }
    return json_response(202, body)


def accept(request: ApiRequest) -> Receipt:
    """By the state machine where there is one and the request is of its share, else in this process."""
    orchestration = deployed_orchestration()
    if orchestration is not None:
        execution = AcceptanceExecution.of(request)
        if orchestration.takes(execution.key, execution.input):
            try:
                return execution.accept(orchestration)
            except PayloadTooLarge:
                # Nothing is queued. SQS takes 1 MiB, a state 256 KiB, and canonical text may be longer than
                # what was sent: 60 kB of `1e20` is 264 kB. What SQS refuses too is refused below.
                logger.info("too large for the state machine: accepted directly")
    return acceptance().accept(request)


def health(_: ApiRequest) -> Response:
    """The function runs. What it calls is not checked here: alarms watch that."""
    return json_response(200, {"status": "ok"})
