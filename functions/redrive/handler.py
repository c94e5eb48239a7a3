"""Lambda entry point of the redrive routes."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import Deadline, system_clock
from functions.common.environment import from_variables
from functions.common.errors import InvalidRequest
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.ingestion.api_http import ApiRequest, Response, json_response
from functions.ingestion.environment import RedriveEnvironment
from functions.ingestion.router import Router
from functions.ingestion.strict_json import parse_json
from functions.redrive.dead_letters import IngestionDlq, LetterFailures
from functions.redrive.job_start import RedriveStarter
from functions.redrive.job_table import JobSlot, RedriveJobs
from functions.redrive.parameters import RawParameters, preview_parameters, start_parameters
from functions.redrive.preview import RedrivePreview

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> Response:
    """Answer one HTTP API request, payload format 2.0."""
    logger.append_keys(requestId=context.aws_request_id)
    deadline = Deadline(context.get_remaining_time_in_millis)
    routes = {
        "GET /redrive/preview": lambda request: get_preview(request, deadline),
        "POST /redrive/start": post_start,
        "GET /redrive/jobs/{id}": get_job,
        "POST /redrive/cancel": post_cancel,
    }
    return Router(routes, logger, system_clock).answer(event, context.aws_request_id)


@cache
def environment() -> RedriveEnvironment:
    return from_variables(RedriveEnvironment, os.environ)


def dead_letters() -> IngestionDlq:
    return IngestionDlq(clients.sqs(), environment().dlq_url)


def failures() -> LetterFailures:
    return LetterFailures(clients.dynamodb(), environment().table_name)


def jobs() -> RedriveJobs:
    return RedriveJobs(clients.dynamodb(), environment().jobs_table_name, system_clock)


def get_preview(request: ApiRequest, deadline: Deadline) -> Response:
    parameters = preview_parameters(request.query)
    sample = RedrivePreview(dead_letters(), failures(), system_clock).sample(parameters, deadline)
    return json_response(200, sample)


def post_start(request: ApiRequest) -> Response:
    """202: the job is written and its runner is called; where it stands, `Location` says."""
    parameters = start_parameters(_json_object(request.body))
    slot = JobSlot(clients.dynamodb(), environment().jobs_table_name)
    starter = RedriveStarter(jobs(), slot, clients.lambda_client(), environment().runner_function_name)
    job = starter.start(parameters)
    return json_response(202, job.document, headers={"location": f"/redrive/jobs/{job.job_id}"})


def get_job(request: ApiRequest) -> Response:
    return json_response(200, jobs().find(request.path.get("id", "")).document)


def post_cancel(request: ApiRequest) -> Response:
    """202: the runner stops after the batch that it is at."""
    job_id = _json_object(request.body).get("jobId")
    if not isinstance(job_id, str):
        raise InvalidRequest("jobId must be the id of a job", "jobId")
    return json_response(202, jobs().cancel(job_id).document)


def _json_object(body: bytes) -> RawParameters:
    """No body means no parameters, so all defaults."""
    value = parse_json(body) if body else {}
    if not isinstance(value, dict):
        raise InvalidRequest("the body must be a JSON object")
    return value
