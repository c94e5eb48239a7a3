"""Integration AWS_PROXY, the last handler: a Lambda function answers the request."""

import json
import time
from typing import Any

from localstack.http import Response

from lab_emulator.http_api.data_plane.exchange import Exchange, IntegrationOutcome
from lab_emulator.http_api.data_plane.gateway_error import GatewayError, internal_server_error
from lab_emulator.http_api.data_plane.iam_policy import may_invoke
from lab_emulator.http_api.data_plane.lambda_invocation import invoke
from lab_emulator.http_api.data_plane.proxy_event import proxy_event
from lab_emulator.http_api.data_plane.proxy_response import response_from
from lab_emulator.http_api.lambda_uri import function_arn_in


def call_integration(exchange: Exchange) -> Response:
    """Return what the function answers, and note how that went for the access log."""
    started = time.perf_counter()

    def outcome(lambda_status: int, **details: Any) -> IntegrationOutcome:
        latency_millis = round((time.perf_counter() - started) * 1000)
        return IntegrationOutcome(latency_millis, lambda_status, **details)

    try:
        response = _call(exchange)
    except GatewayError as refusal:
        exchange.integration_outcome = outcome(refusal.status, error=refusal.cause)
        raise
    exchange.integration_outcome = outcome(200, function_status=response.status_code)
    return response


def _call(exchange: Exchange) -> Response:
    integration = exchange.integration
    function = function_arn_in(integration.integration_uri) if integration else None
    if integration is None or function is None:
        raise internal_server_error("The route has no integration")
    source_arn = route_arn(exchange)
    if not integration.credentials_arn and not may_invoke(function, source_arn):
        raise internal_server_error(
            f"API Gateway has no permission to invoke {function.name} from {source_arn}; "
            "see lambda:AddPermission"
        )
    event = json.dumps(proxy_event(exchange)).encode()
    timeout_seconds = integration.timeout_in_millis / 1000
    return response_from(invoke(function, event, timeout_seconds, exchange.trace_header))


def route_arn(exchange: Exchange) -> str:
    """Return the ARN by which a function's policy knows the route: with its path as written in the route."""
    _, _, template = exchange.matched.route.route_key.partition(" ")
    method_and_path = f"{exchange.request.method}{template}" if template else "$default"
    return f"{exchange.arn_prefix}/{exchange.stage.name}/{method_and_path}"
