"""Stands in for awslambdaric's native `runtime_client`, which is built for Linux only.

Same functions, over the standard library; imported only where the native module is missing.
"""

from http.client import HTTPConnection
from os import environ

_PREFIX = "/2018-06-01/runtime/invocation"
_user_agent = ""
_connection: HTTPConnection | None = None


def initialize_client(user_agent: str) -> None:
    global _user_agent
    _user_agent = user_agent


def next() -> tuple[bytes, dict[str, str]]:
    """Wait for the next invocation; return its payload and the Runtime API's headers."""
    return _call("GET", f"{_PREFIX}/next", None, {})


def post_invocation_result(request_id: str, body: bytes, content_type: str) -> None:
    _call("POST", f"{_PREFIX}/{request_id}/response", body, {"Content-Type": content_type})


def post_error(request_id: str, body: str, xray_fault: str) -> None:
    headers = {"Lambda-Runtime-Function-XRay-Error-Cause": xray_fault.encode()}
    _call("POST", f"{_PREFIX}/{request_id}/error", body.encode(), headers)


def _call(
    method: str, path: str, body: bytes | None, headers: dict[str, str | bytes]
) -> tuple[bytes, dict[str, str]]:
    global _connection
    if _connection is None:
        _connection = HTTPConnection(environ["AWS_LAMBDA_RUNTIME_API"])
    _connection.request(method, path, body, {"User-Agent": _user_agent, **headers})
    response = _connection.getresponse()
    answer = response.read()
    if response.status >= 300:
        raise RuntimeError(f"Runtime API: {method} {path} answered {response.status}")
    return answer, dict(response.getheaders())
