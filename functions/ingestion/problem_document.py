"""Problem documents (RFC 9457): the one place where an error becomes an HTTP answer."""

import math
from dataclasses import dataclass

from functions.common.errors import (
    CircuitOpen,
    Conflict,
    InvalidJson,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    SchemaValidationError,
    UpstreamUnavailable,
)
from functions.ingestion.api_http import Response, json_response

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True)
class _Kind:
    status: int
    slug: str
    title: str


_KINDS: dict[type[Exception], _Kind] = {
    InvalidJson: _Kind(400, "invalid-json", "The body is not JSON that can be accepted"),
    SchemaValidationError: _Kind(400, "invalid-event", "The body is not a valid event"),
    InvalidRequest: _Kind(400, "invalid-request", "The request is not valid"),
    NotFound: _Kind(404, "not-found", "Not found"),
    Conflict: _Kind(409, "conflict", "The request does not fit the current state"),
    PayloadTooLarge: _Kind(413, "payload-too-large", "The event is too large"),
    UpstreamUnavailable: _Kind(503, "unavailable", "Temporarily unavailable"),
    CircuitOpen: _Kind(503, "unavailable", "Temporarily unavailable"),
}
_INTERNAL = _Kind(500, "internal", "Internal error")


def status_of(error: Exception) -> int:
    """The HTTP status of an error; 500 for one that no client caused."""
    return _KINDS.get(type(error), _INTERNAL).status


def problem_response(error: Exception, request_id: str) -> Response:
    """The answer to an error. An unforeseen one keeps its text to the log: it may hold internals."""
    kind = _KINDS.get(type(error), _INTERNAL)
    document: dict[str, object] = {
        "type": f"urn:ingestion-lab:problem:{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": str(error) if kind is not _INTERNAL else "see the log under this requestId",
        "requestId": request_id,
    }
    if isinstance(error, InvalidRequest) and error.parameter is not None:
        document["parameter"] = error.parameter
    if isinstance(error, Conflict) and error.job_id is not None:
        document["jobId"] = error.job_id
    headers = {"retry-after": str(_retry_after_seconds(error))} if kind.status == 503 else {}
    return json_response(kind.status, document, content_type="application/problem+json", headers=headers)


def _retry_after_seconds(error: Exception) -> int:
    """Whole seconds (RFC 9110, section 10.2.3), and not before an open circuit lets a trial out."""
    if isinstance(error, CircuitOpen):
        return max(1, math.ceil(error.retry_after_seconds))
    return RETRY_AFTER_SECONDS
