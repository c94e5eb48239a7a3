"""One request on the wire, and what AWS answered."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

_SERVICES = {"eventbridge": "events"}  # the SDK's service ids where they are not the client's names


@dataclass(frozen=True)
class Call:
    """`parameters` and `answer` as in the API reference; no answer if AWS refused the request."""

    function: str
    service: str
    operation: str
    parameters: dict[str, Any]
    answer: dict[str, Any] | None

    @classmethod
    def of(cls, function: str, event_name: str, request: AWSPreparedRequest, response: AWSResponse) -> "Call":
        """`event_name` is botocore's, e.g. `before-send.sqs.SendMessage`."""
        _, service, operation = event_name.split(".")
        return cls(
            function,
            _SERVICES.get(service, service),
            operation,
            json_body(request),
            _json(response.content) if response.status_code < 300 else None,
        )

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}"


def json_body(request: AWSPreparedRequest) -> dict[str, Any]:
    """Every service that the functions call speaks JSON."""
    assert request.body is None or isinstance(request.body, bytes | str)
    return _json(request.body)


def _json(text: bytes | str | None) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(text) if text else {}
    return value
