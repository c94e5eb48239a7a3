"""Event that a Lambda function is given: payload format 2.0.

Source: API Gateway developer guide, http-api-develop-integrations-lambda. HTTP APIs decode the
path and leave the query string as it is; absent parts are left out, not null.
"""

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from localstack.aws.connect import INTERNAL_REQUEST_PARAMS_HEADER

from lab_emulator.http_api.data_plane.exchange import Exchange

TEXT_TYPES = ("application/json", "application/javascript", "application/xml")
# Cookies have a field of their own; the other is how LocalStack's services mark calls to each other.
HEADERS_LEFT_OUT = {"cookie", INTERNAL_REQUEST_PARAMS_HEADER.lower()}


def request_event(exchange: Exchange) -> dict[str, Any]:
    """Return the event without the body: an authorizer gets the same."""
    cookies = [part for value in exchange.request.headers.getlist("cookie") for part in value.split("; ")]
    optional = {
        "cookies": cookies,
        "queryStringParameters": query_parameters(exchange),
        "pathParameters": exchange.matched.path_parameters,
        "stageVariables": exchange.stage.stage_variables,
    }
    return {
        "version": "2.0",
        "routeKey": exchange.matched.route.route_key,
        "rawPath": exchange.path,
        "rawQueryString": exchange.request.query_string.decode("latin-1"),
        "headers": request_headers(exchange),
        "requestContext": _request_context(exchange),
    } | {name: value for name, value in optional.items() if value}


def proxy_event(exchange: Exchange) -> dict[str, Any]:
    """Return the event of a proxy integration: the request, its body and who the authorizer let in."""
    event = request_event(exchange)
    if exchange.authorizer is not None:
        event["requestContext"]["authorizer"] = exchange.authorizer
    text = _as_text(exchange)
    if text is None:
        event["body"] = base64.b64encode(exchange.body).decode()
    elif text:
        event["body"] = text
    return event | {"isBase64Encoded": text is None}


def request_headers(exchange: Exchange) -> dict[str, str]:
    """Return the headers, names in lower case, values of repeated ones joined by commas."""
    request, joined = exchange.request, dict[str, list[str]]()
    for name, value in request.headers.items():
        if name.lower() not in HEADERS_LEFT_OUT:
            joined.setdefault(name.lower(), []).append(value)
    client, url = request.remote_addr or "127.0.0.1", urlsplit(request.url_root)
    joined.setdefault("x-forwarded-for", []).append(client)
    joined["x-amzn-trace-id"] = [exchange.trace_header.to_header_str()]
    joined["x-forwarded-proto"] = [url.scheme]
    joined["x-forwarded-port"] = [str(url.port or (443 if url.scheme == "https" else 80))]
    separators = {"x-forwarded-for": ", "}
    return {name: separators.get(name, ",").join(values) for name, values in sorted(joined.items())}


def query_parameters(exchange: Exchange) -> dict[str, str]:
    """Return the decoded query, values of repeated parameters joined by commas."""
    query = exchange.request.query_string.decode("latin-1")
    joined: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        joined.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in joined.items()}


def _request_context(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    return {
        "accountId": exchange.located.account_id,
        "apiId": exchange.api.api_id,
        "domainName": request.host.partition(":")[0],
        "domainPrefix": exchange.api.api_id,
        "http": {
            "method": request.method,
            "path": exchange.path,
            "protocol": request.environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
            "sourceIp": request.remote_addr or "127.0.0.1",
            "userAgent": request.headers.get("user-agent", ""),
        },
        "requestId": exchange.request_id,
        "routeKey": exchange.matched.route.route_key,
        "stage": exchange.stage.name,
        "time": request_time(exchange),
        "timeEpoch": int(exchange.received_at * 1000),
    }


def request_time(exchange: Exchange) -> str:
    """Return the time of the request in the Common Log Format."""
    return datetime.fromtimestamp(exchange.received_at, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def _as_text(exchange: Exchange) -> str | None:
    """Return the body as text, or None if it has to be base64: not a text type, encoded, or not UTF-8."""
    headers = exchange.request.headers
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_text = content_type.startswith("text/") or content_type in TEXT_TYPES
    if not exchange.body:
        return ""
    if not is_text or headers.get("content-encoding", "identity") != "identity":
        return None
    try:
        return exchange.body.decode()
    except UnicodeDecodeError:
        return None
