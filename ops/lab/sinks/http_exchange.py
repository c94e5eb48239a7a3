"""Exchange with an HTTP sink: the request, the endpoint that checks it, its verdict and its answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ops.lab.sinks.ledger import SinkFinding


@dataclass(frozen=True)
class SinkRequest:
    """A request as an endpoint is given it: header names in lower case, the path without its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class SinkAnswer:
    """`body` is JSON unless `content_type` says otherwise."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"

    @classmethod
    def of(cls, status: int, document: Mapping[str, Any]) -> "SinkAnswer":
        return cls(status, json.dumps(document).encode())


# What a proxy or a captive portal answers in the place of the service: a success that is none.
FOREIGN_ANSWER = SinkAnswer(200, b"<html><body>Please sign in</body></html>", "text/html")


@dataclass(frozen=True)
class SinkVerdict:
    """The answer, and what is to be written into the ledger before it is sent."""

    answer: SinkAnswer
    findings: list[SinkFinding] = field(default_factory=list)


class SinkEndpoint(Protocol):
    """One HTTP API that checks what it is sent. A body longer than `max_bytes` is not kept."""

    max_bytes: int
    server_error: SinkAnswer

    def examine(self, request: SinkRequest) -> SinkVerdict: ...

    def too_large(self, length: int) -> SinkVerdict: ...
