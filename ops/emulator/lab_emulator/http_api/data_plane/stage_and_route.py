"""Stage, body and route of a request: the first handlers."""

from urllib.parse import unquote

from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.gateway_error import not_found, too_large
from lab_emulator.http_api.data_plane.route_match import find_route

DEFAULT_STAGE = "$default"
MAX_BODY_BYTES = 10 * 1024 * 1024  # "Payload size", HTTP API quotas of the API Gateway developer guide


def resolve_stage(exchange: Exchange) -> None:
    """Take the stage that the path's first segment names, else `$default`."""
    stages = exchange.api.stages
    first, _, rest = exchange.raw_path.removeprefix("/").partition("/")
    name = unquote(first, errors="replace")
    if name in stages and name != DEFAULT_STAGE:
        exchange.found_stage, exchange.route_path = stages[name], f"/{rest}"
    elif DEFAULT_STAGE in stages:
        exchange.found_stage, exchange.route_path = stages[DEFAULT_STAGE], exchange.raw_path
    if exchange.found_stage is None or exchange.api.disable_execute_api_endpoint:
        raise not_found()


def read_body(exchange: Exchange) -> None:
    """Keep the body, unless it is larger than API Gateway takes."""
    if (exchange.request.content_length or 0) > MAX_BODY_BYTES:
        raise too_large(f"The body exceeds {MAX_BODY_BYTES} bytes")
    exchange.body = exchange.request.get_data()
    if len(exchange.body) > MAX_BODY_BYTES:
        raise too_large(f"The body exceeds {MAX_BODY_BYTES} bytes")


def match_route(exchange: Exchange) -> None:
    """Find the route. That there is none is said later: a CORS preflight needs no route."""
    routes = exchange.api.get_routes()
    exchange.match = find_route(routes, exchange.request.method, exchange.route_path)


def require_route(exchange: Exchange) -> None:
    """Refuse a request for which there is no route."""
    if exchange.match is None:
        raise not_found()
