"""One request on the wire, and what AWS answered."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

_SERVICES = {"eventbridge": "events"}  # the SDK's service ids where they are not the client's names


@dataclass(frozen=True)
class Call:
    """`parameters` and `answer` as in the API reference, empty for S3; no answer if AWS refused."""

    function: str
    service: str
    operation: str
    parameters: dict[str, Any]
    answer: dict[str, Any] | None

    @classmethod
    def of(cls, function: str, event_name: str, request: AWSPreparedRequest, response: AWSResponse) -> "Call":
        """`event_name` is botocore's, e.g. `before-send.sqs.SendMessage`."""
        _, service, operation = event_name.split(".")
        if service == "s3":  # speaks XML, and a body that was looked at could not be streamed any more
            parameters, content = dict[str, Any](), b"{}"
        else:
            parameters, content = json_body(request), response.content
        answer = _json(content) if response.status_code < 300 else None
        return cls(function, _SERVICES.get(service, service), operation, parameters, answer)

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}"


def json_body(request: AWSPreparedRequest) -> dict[str, Any]:
    """Every service that the functions call speaks JSON, but S3."""
    assert request.body is None or isinstance(request.body, bytes | str)
    return _json(request.body)


def _json(text: bytes | str | None) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(text) if text else {}
    return value
