"""CORS by the API's configuration, which overrides whatever an integration answers.

Source: API Gateway developer guide, "Configure CORS for HTTP APIs" (http-api-cors).
"""

from typing import Any

from localstack.http import Response

from lab_emulator.http_api.data_plane.exchange import Exchange

CORS_HEADERS = (
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-max-age",
)
ANY_ORIGIN_OF_A_SCHEME = ("http://*", "https://*")


def answer_preflight(exchange: Exchange) -> Response | None:
    """Answer a preflight without an integration, and without a route for OPTIONS.

    It comes after the authorizers: a route that catches OPTIONS and has one, such as
    `$default`, asks it for preflights too.
    """
    cors = exchange.api.cors_configuration
    if not cors or not _is_preflight(exchange):
        return None
    response = Response(status=204)
    if _allowed_origin(cors, exchange.request.headers["origin"]):
        response.headers.update(_preflight_headers(cors))
    return response


def add_cors_headers(exchange: Exchange, response: Response) -> None:
    """Replace an integration's CORS headers by those of the configuration, if there is one."""
    cors = exchange.api.cors_configuration
    if not cors:
        return
    if not _is_preflight(exchange):
        for name in CORS_HEADERS:
            response.headers.pop(name, None)
    allowed = _allowed_origin(cors, exchange.request.headers.get("origin"))
    if allowed is None:
        return
    response.headers["access-control-allow-origin"] = allowed
    if cors.get("allowCredentials"):
        response.headers["access-control-allow-credentials"] = "true"
    if cors.get("exposeHeaders"):
        response.headers["access-control-expose-headers"] = ",".join(cors["exposeHeaders"])


def _is_preflight(exchange: Exchange) -> bool:
    method, headers = exchange.request.method, exchange.request.headers
    return method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def _preflight_headers(cors: dict[str, Any]) -> dict[str, str]:
    headers = {
        "access-control-allow-methods": ",".join(cors.get("allowMethods") or []),
        "access-control-allow-headers": ",".join(cors.get("allowHeaders") or []),
        "access-control-max-age": str(cors["maxAge"]) if cors.get("maxAge") is not None else "",
    }
    return {name: value for name, value in headers.items() if value}


def _allowed_origin(cors: dict[str, Any], origin: str | None) -> str | None:
    """Return what to send as the allowed origin, or None if the origin is absent or not allowed."""
    allowed = cors.get("allowOrigins") or []
    if origin is None:
        return None
    if "*" in allowed:
        return "*"
    schemes = [pattern.removesuffix("*") for pattern in allowed if pattern in ANY_ORIGIN_OF_A_SCHEME]
    return origin if origin in allowed or origin.startswith(tuple(schemes)) else None
