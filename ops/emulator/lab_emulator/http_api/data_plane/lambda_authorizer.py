"""Lambda authorizers of type REQUEST, payload format 2.0.

Source: API Gateway developer guide, "Control access with AWS Lambda authorizers"
(http-api-lambda-authorizer).
"""

import json
from typing import Any

from moto.apigatewayv2.models import Authorizer

from lab_emulator.http_api.authorizer_cache import AUTHORIZER_RESULTS, CacheKey
from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.gateway_error import forbidden, internal_server_error, unauthorized
from lab_emulator.http_api.data_plane.iam_policy import allows, may_invoke
from lab_emulator.http_api.data_plane.lambda_invocation import invoke
from lab_emulator.http_api.data_plane.proxy_event import request_event
from lab_emulator.http_api.data_plane.request_variables import identity_value
from lab_emulator.http_api.lambda_uri import function_arn_in

TIMEOUT_SECONDS = 30.0


def authorize_by_lambda(exchange: Exchange, authorizer: Authorizer) -> dict[str, Any]:
    """Return the caller's context for the integration, or raise 401, 403 or 500."""
    sources = authorizer.identity_source or []
    found = [identity_value(exchange, source) for source in sources]
    identity = tuple(value for value in found if value is not None)
    if len(identity) < len(sources):
        raise unauthorized("an identity source of the authorizer is missing")
    key = CacheKey(exchange.api.api_id, exchange.stage.name, authorizer.id, identity)
    ttl_seconds = int(authorizer.auth_result_ttl or 0)
    cached = AUTHORIZER_RESULTS.get(key) if ttl_seconds else None
    result = _ask(exchange, authorizer, identity) if cached is None else cached
    allowed = _is_allowed(
        result, authorizer, _request_arn(exchange)
    )  # raises where it is malformed: not kept
    if cached is None and ttl_seconds:
        AUTHORIZER_RESULTS.put(key, result, ttl_seconds)
    if not allowed:
        raise forbidden("the authorizer denied the request")
    return {"lambda": result.get("context") or None}


def _ask(exchange: Exchange, authorizer: Authorizer, identity: tuple[str, ...]) -> dict[str, Any]:
    function = function_arn_in(authorizer.authorizer_uri)
    if function is None:
        raise internal_server_error("the authorizer names no function")
    source_arn = f"{exchange.arn_prefix}/authorizers/{authorizer.id}"
    if not authorizer.auth_creds_arn and not may_invoke(function, source_arn):
        raise internal_server_error(
            f"API Gateway has no permission to invoke {function.name} from {source_arn}"
        )
    event = request_event(exchange) | {
        "type": "REQUEST",
        "routeArn": _request_arn(exchange),
        "identitySource": list(identity) or None,
    }
    payload = invoke(function, json.dumps(event).encode(), TIMEOUT_SECONDS, exchange.trace_header)
    result = json.loads(payload or b"null")
    if not isinstance(result, dict) or not isinstance(result.get("context") or {}, dict):
        raise internal_server_error("the authorizer's result is malformed")
    return result


def _is_allowed(result: dict[str, Any], authorizer: Authorizer, arn: str) -> bool:
    if not authorizer.enable_simple_response:
        return allows(result.get("policyDocument"), arn)
    if not isinstance(result.get("isAuthorized"), bool):
        raise internal_server_error("the authorizer's simple response has no boolean isAuthorized")
    return bool(result["isAuthorized"])


def _request_arn(exchange: Exchange) -> str:
    """Return the ARN that an IAM policy is tested against: with the path as requested."""
    return f"{exchange.arn_prefix}/{exchange.stage.name}/{exchange.request.method}{exchange.route_path}"
