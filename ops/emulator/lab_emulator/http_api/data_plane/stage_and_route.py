"""Stage, size, body and route of a request: the first handlers."""

from urllib.parse import unquote

from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.gateway_error import headers_too_large, not_found, too_large
from lab_emulator.http_api.data_plane.route_match import find_route

DEFAULT_STAGE = "$default"
# "Payload size" and "Total combined size of request line and header values", HTTP API quotas of the API
# Gateway developer guide.
MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_HEADER_BYTES = 10_240


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


def limit_headers(exchange: Exchange) -> None:
    """Refuse a request line and header values that are larger than API Gateway takes. Names do not count."""
    _, question_mark, query = exchange.request.environ.get("RAW_URI", "").partition("?")
    line = f"{exchange.request.method} {exchange.raw_path}{question_mark}{query} HTTP/1.1"
    size = len(line) + sum(len(value) for _, value in exchange.request.headers)
    if size > MAX_HEADER_BYTES:
        raise headers_too_large(f"Request line and header values have {size} bytes, above {MAX_HEADER_BYTES}")


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
