"""HTTP requests and answers of the API, payload format 2.0."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.common.errors import InvalidRequest

Response = dict[str, Any]
"""A Lambda proxy answer: statusCode, headers, body."""


@dataclass(frozen=True)
class ApiRequest:
    """What a route sees of the HTTP request. Header names are in lower case, as API Gateway sends them."""

    route: str  # e.g. "POST /events", or "" where the event has none
    headers: Mapping[str, str]
    query: Mapping[str, str]
    path: Mapping[str, str]
    body: bytes

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "ApiRequest":
        """Raises InvalidRequest if a body that claims to be base64 is not."""
        return cls(
            route=event.get("routeKey") or "",
            headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
            query=event.get("queryStringParameters") or {},
            path=event.get("pathParameters") or {},
            body=_body(event),
        )


def _body(event: Mapping[str, Any]) -> bytes:
    """The body's bytes; text that is not valid Unicode stays invalid, for the JSON parser to refuse."""
    text: str = event.get("body") or ""
    data = text.encode("utf-8", "surrogatepass")
    if not event.get("isBase64Encoded"):
        return data
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise InvalidRequest("the body is not valid base64") from None


def json_response(
    status: int,
    body: Mapping[str, Any],
    *,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with a JSON body."""
    return {
        "statusCode": status,
        "headers": {"content-type": content_type, **(headers or {})},
        "body": json.dumps(body),
    }
