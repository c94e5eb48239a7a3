"""Lambda entry point of the step validate."""

import os
from typing import TYPE_CHECKING

from functions.common.environment import from_variables
from functions.ingestion.api_http import ApiRequest
from functions.ingestion.environment import ValidateEnvironment
from functions.ingestion.step import Json, step
from functions.validate.submission import read_submission

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@step
def handler(event: Json, _: "LambdaContext") -> Json:
    """From what a client sent to what is queued.

    In: `{"headers": {...}, "body": text, "isBase64Encoded": false}`, as an HTTP API sends them; of the
    headers only `Idempotency-Key` counts. Out: `{"body": canonical JSON, "idempotencyKey": key}`.
    Errors: PayloadTooLarge, InvalidJson, SchemaValidationError, InvalidRequest.
    """
    environment = from_variables(ValidateEnvironment, os.environ)
    submission = read_submission(ApiRequest.from_event(event), environment.max_body_bytes)
    return {"body": submission.body, "idempotencyKey": submission.idempotency_key}
