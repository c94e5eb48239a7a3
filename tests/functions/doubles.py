"""Doubles of clocks, clients and the like, which tests of several functions share."""

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.logging import Logger
from botocore.exceptions import ClientError


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class LogSink:
    """A Powertools logger whose lines can be read."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        # A service of its own: Powertools shares handlers between loggers of one service.
        self.logger = Logger(service=uuid.uuid4().hex, stream=self._stream)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]


class StubClient:
    """An AWS client with the given operations, which keeps the calls it got."""

    def __init__(self, **operations: Callable[..., Any]) -> None:
        self._operations = operations
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = self._operations[name]

        def call(**parameters: Any) -> Any:
            self.calls.append((name, parameters))
            return operation(**parameters)

        return call


def client_error(code: str, status: int = 400, **extra: Any) -> ClientError:
    """An answer of AWS that the SDK raises."""
    response: Any = {
        "Error": {"Code": code, "Message": "stub"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **extra,
    }
    return ClientError(response, "Stub")


def raising(error: Exception) -> Callable[..., Any]:
    """An operation that fails."""

    def operation(**_: Any) -> Any:
        raise error

    return operation
