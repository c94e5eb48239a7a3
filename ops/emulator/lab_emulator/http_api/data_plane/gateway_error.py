"""Errors that API Gateway itself answers: a request did not reach its integration, or did not come back.

Status codes and messages are those that AWS's HTTP APIs send.
"""

from dataclasses import dataclass, field


@dataclass
class GatewayError(Exception):
    """An answer of the gateway's own. `cause` is for the access log only: clients never see it."""

    status: int
    message: str
    cause: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def not_found() -> GatewayError:
    return GatewayError(404, "Not Found")


def unauthorized(cause: str, www_authenticate: str | None = None) -> GatewayError:
    headers = {"www-authenticate": www_authenticate} if www_authenticate else {}
    return GatewayError(401, "Unauthorized", cause, headers)


def forbidden(cause: str, www_authenticate: str | None = None) -> GatewayError:
    headers = {"www-authenticate": www_authenticate} if www_authenticate else {}
    return GatewayError(403, "Forbidden", cause, headers)


def too_large(cause: str) -> GatewayError:
    return GatewayError(413, "Request Entity Too Large", cause)


def headers_too_large(cause: str) -> GatewayError:
    return GatewayError(431, "Request Header Fields Too Large", cause)


def too_many_requests() -> GatewayError:
    return GatewayError(429, "Too Many Requests")


def internal_server_error(cause: str) -> GatewayError:
    return GatewayError(500, "Internal Server Error", cause)


def service_unavailable(cause: str) -> GatewayError:
    return GatewayError(503, "Service Unavailable", cause)
