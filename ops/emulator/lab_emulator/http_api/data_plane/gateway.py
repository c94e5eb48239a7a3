"""Gateway: the order in which a request is handled, and who observes how it ended."""

import json
import logging
from collections.abc import Callable

from localstack.http import Response

from lab_emulator.http_api.data_plane.access_log import log_access
from lab_emulator.http_api.data_plane.cors import add_cors_headers, answer_preflight
from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.gateway_error import GatewayError, internal_server_error
from lab_emulator.http_api.data_plane.jwt_authorizer import authorize_by_jwt
from lab_emulator.http_api.data_plane.lambda_authorizer import authorize_by_lambda
from lab_emulator.http_api.data_plane.lambda_integration import call_integration
from lab_emulator.http_api.data_plane.stage_and_route import (
    limit_headers,
    match_route,
    read_body,
    require_route,
    resolve_stage,
)
from lab_emulator.http_api.data_plane.throttling import throttle

LOG = logging.getLogger(__name__)

AUTHORIZERS = {"CUSTOM": authorize_by_lambda, "JWT": authorize_by_jwt}  # by a route's AuthorizationType


def authorize(exchange: Exchange) -> None:
    """Raise 401 or 403 unless the request is let in; keep what is known of the caller for the integration."""
    if exchange.match is None or exchange.match.route.authorization_type in (None, "NONE"):
        return
    route = exchange.match.route
    authorizer = exchange.api.authorizers.get(route.authorizer_id)
    if authorizer is None:
        raise internal_server_error(f"The route's authorizer {route.authorizer_id} is gone")
    exchange.authorizer = AUTHORIZERS[route.authorization_type](exchange, authorizer)


# Each returns the response, or None to leave the request to the next.
REQUEST_HANDLERS: tuple[Callable[[Exchange], Response | None], ...] = (
    resolve_stage,
    limit_headers,
    match_route,
    throttle,
    read_body,
    authorize,
    answer_preflight,
    require_route,
    call_integration,
)
# Each is shown every finished exchange, and must not be slow: the client waits. The metrics join when
# LocalStack starts (see `hooks`): the gateway depends on none.
OBSERVERS: list[Callable[[Exchange, Response], None]] = [log_access]


def serve(exchange: Exchange) -> Response:
    """Return the response to the exchange's request. It raises nothing: clients get a 500."""
    try:
        response = _first_response(exchange)
    except GatewayError as error:
        response = _refuse(exchange, error)
    except Exception as error:  # whatever went wrong in here, it is the gateway's fault
        LOG.exception("HTTP API %s could not handle a request", exchange.api.api_id)
        response = _refuse(exchange, internal_server_error(f"{type(error).__name__}: {error}"))
    add_cors_headers(exchange, response)
    response.headers["apigw-requestid"] = exchange.request_id
    for observe in OBSERVERS:
        observe(exchange, response)
    return response


def _first_response(exchange: Exchange) -> Response:
    for handle in REQUEST_HANDLERS:
        if (response := handle(exchange)) is not None:
            return response
    raise internal_server_error("no handler answered")


def _refuse(exchange: Exchange, error: GatewayError) -> Response:
    exchange.error = error
    body = json.dumps({"message": error.message}, separators=(",", ":"))
    return Response(body, error.status, {"content-type": "application/json"} | error.headers)
