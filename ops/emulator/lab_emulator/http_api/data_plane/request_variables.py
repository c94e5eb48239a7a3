"""Variables that name a part of a request: `$context.X`, `$request.header.X`, `$stageVariables.X`.

Source: API Gateway developer guide, "Customize HTTP API access logs" (http-api-logging-variables).
"""

from collections.abc import Callable
from typing import Any

from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.proxy_event import query_parameters, request_time

VARIABLES: dict[str, Callable[[Exchange], Any]] = {
    "accountId": lambda exchange: exchange.located.account_id,
    "apiId": lambda exchange: exchange.api.api_id,
    "authorizer.error": lambda exchange: _authorizer_error(exchange),
    "domainName": lambda exchange: exchange.request.host.partition(":")[0],
    "domainPrefix": lambda exchange: exchange.api.api_id,
    "error.message": lambda exchange: exchange.error and exchange.error.message,
    "error.messageString": lambda exchange: exchange.error and f'"{exchange.error.message}"',
    "extendedRequestId": lambda exchange: exchange.request_id,
    "httpMethod": lambda exchange: exchange.request.method,
    "identity.sourceIp": lambda exchange: exchange.request.remote_addr,
    "identity.userAgent": lambda exchange: exchange.request.headers.get("user-agent"),
    "integration.error": lambda exchange: _of_integration(exchange, "error"),
    "integration.latency": lambda exchange: _of_integration(exchange, "latency_millis"),
    "integration.integrationStatus": lambda exchange: _of_integration(exchange, "lambda_status"),
    "integration.status": lambda exchange: _of_integration(exchange, "function_status"),
    "path": lambda exchange: exchange.path,
    "protocol": lambda exchange: exchange.request.environ.get("SERVER_PROTOCOL"),
    "requestId": lambda exchange: exchange.request_id,
    "requestTime": request_time,
    "requestTimeEpoch": lambda exchange: int(exchange.received_at * 1000),
    "routeKey": lambda exchange: exchange.match and exchange.match.route.route_key,
    "stage": lambda exchange: exchange.found_stage and exchange.found_stage.name,
}
ALIASES = {
    "integrationErrorMessage": "integration.error",
    "integrationLatency": "integration.latency",
    "integrationStatus": "integration.integrationStatus",
}


def context_variable(exchange: Exchange, name: str) -> str | None:
    """Return the `$context` variable `name` as text, or None if the request has no such thing."""
    name = ALIASES.get(name, name)
    known = VARIABLES.get(name)
    value = known(exchange) if known else _authorizer_property(exchange, name)
    return None if value is None or value == "" else str(value)


def _of_integration(exchange: Exchange, name: str) -> Any:
    return getattr(exchange.integration_outcome, name, None)


def _authorizer_error(exchange: Exchange) -> str | None:
    if exchange.error is None or exchange.integration_outcome is not None:
        return None
    return exchange.error.cause


def _authorizer_property(exchange: Exchange, name: str) -> Any:
    """Return `authorizer.claims.X` of a token, or `authorizer.X` of a Lambda authorizer's context."""
    prefix, _, key = name.partition(".")
    if prefix != "authorizer" or exchange.authorizer is None:
        return None
    if key.startswith("claims."):
        return exchange.authorizer.get("jwt", {}).get("claims", {}).get(key.removeprefix("claims."))
    return (exchange.authorizer.get("lambda") or {}).get(key)


def identity_value(exchange: Exchange, source: str) -> str | None:
    """Return who is calling, by an authorizer's identity source; None if the request does not say."""
    kind, _, name = source.removeprefix("$").partition(".")
    if kind == "request":
        kind, _, name = name.partition(".")
    if kind == "header":
        return ",".join(exchange.request.headers.getlist(name)) or None
    if kind == "querystring":
        return query_parameters(exchange).get(name) or None
    if kind == "stageVariables":
        return (exchange.stage.stage_variables or {}).get(name) or None
    return context_variable(exchange, name)
