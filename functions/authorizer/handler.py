"""Lambda entry point of the HTTP API's authorizer: payload format 2.0, simple responses."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.authorizer.api_key import ApiKey
from functions.common import clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.ingestion.environment import AuthorizerEnvironment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

HEADER = "x-api-key"

logger = get_logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, bool]:
    """Say whether the request carries the key. The key itself is never logged."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    presented = headers.get(HEADER, "")
    authorized = bool(presented) and api_key().matches(presented)
    if not authorized:
        logger.warning("request not authorized", requestId=context.aws_request_id)
    return {"isAuthorized": authorized}


@cache
def api_key() -> ApiKey:
    """Wired once a cold start. Where Secrets Manager is slow the call fails before Lambda ends the function,
    which would lose the key that it remembers."""
    environment = from_variables(AuthorizerEnvironment, os.environ)
    return ApiKey(clients.secretsmanager(clients.PROMPT), environment.api_key_secret_arn, system_clock)
