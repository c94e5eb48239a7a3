"""A request as an endpoint sees it, and what the endpoint makes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ops.lab.sinks.ledger import Finding


@dataclass(frozen=True)
class Request:
    """Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"

    @classmethod
    def of(cls, status: int, document: Mapping[str, Any]) -> "Answer":
        return cls(status, json.dumps(document).encode())


# What a proxy or a captive portal answers in the place of the service: a success that is none.
FOREIGN_ANSWER = Answer(200, b"<html><body>Please sign in</body></html>", "text/html")


@dataclass(frozen=True)
class Verdict:
    """The answer, and what is to be written into the ledger before it is sent."""

    answer: Answer
    findings: list[Finding] = field(default_factory=list)


class Endpoint(Protocol):
    """One HTTP API that checks what it is sent. A body longer than `max_bytes` is not kept."""

    max_bytes: int
    server_error: Answer

    def examine(self, request: Request) -> Verdict: ...

    def too_large(self, length: int) -> Verdict: ...
