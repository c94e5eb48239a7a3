"""Response of a Lambda function, read by the rules of payload format 2.0.

Source: API Gateway developer guide, http-api-develop-integrations-lambda, "Lambda function response".
"""

import base64
import binascii
import json
import re
from typing import Any

from localstack.http import Response

from lab_emulator.http_api.data_plane.gateway_error import GatewayError, internal_server_error

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# The server writes these itself.
HEADERS_OF_THE_SERVER = {"connection", "content-length", "transfer-encoding"}


def response_from(payload: bytes | None) -> Response:
    """Return the HTTP response, or raise the 500 that AWS answers when a function's result is malformed."""
    try:
        result = json.loads(payload or b"null")
    except ValueError as error:
        raise _malformed("the result is not JSON") from error
    if isinstance(result, dict) and "statusCode" in result:
        return _explicit(result)
    # Without a status code the whole result is the body, and taken for JSON.
    body = result if isinstance(result, str) else json.dumps(result, separators=(",", ":"))
    return Response(body.encode("utf-8", "replace"), 200, {"content-type": "application/json"})


def _explicit(result: dict[str, Any]) -> Response:
    response = Response(_body(result), _status(result["statusCode"]))
    response.headers.clear()
    for name, value in _mapping(result, "headers").items():
        if name.lower() not in HEADERS_OF_THE_SERVER:
            response.headers.set(_header_name(name), _header_value(value))
    for cookie in _cookies(result):
        response.headers.add("set-cookie", _header_value(cookie))
    if "content-type" not in response.headers:
        response.headers["content-type"] = "text/plain; charset=utf-8"
    return response


def _status(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 100 <= value <= 599:
        raise _malformed("statusCode is not an HTTP status")
    return value


def _body(result: dict[str, Any]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise _malformed("body is not a string")
    if not result.get("isBase64Encoded"):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed("body is not base64") from error


def _mapping(result: dict[str, Any], name: str) -> dict[str, Any]:
    value = result.get(name) or {}
    if not isinstance(value, dict):
        raise _malformed(f"{name} is not an object")
    return value


def _cookies(result: dict[str, Any]) -> list[Any]:
    cookies = result.get("cookies") or []
    if not isinstance(cookies, list):
        raise _malformed("cookies is not a list")
    return cookies


def _header_name(name: str) -> str:
    if not HEADER_NAME.fullmatch(name):
        raise _malformed("a header's name is not a token")
    return name.lower()


def _header_value(value: Any) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    if not isinstance(value, str | int | float):
        raise _malformed("a header's value is not a string")
    text = str(value)
    if CONTROL_CHARACTER.search(text) or not text.isascii():
        raise _malformed("a header's value has characters that a header cannot carry")
    return text


def _malformed(cause: str) -> GatewayError:
    return internal_server_error(f"Malformed Lambda proxy response: {cause}")
