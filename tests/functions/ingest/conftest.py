"""`POST /events` as API Gateway would invoke it, with moto behind."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from functions.common.environment import to_variables
from functions.ingest.handler import handler
from functions.ingestion.environment import IngestEnvironment
from tests.functions.conftest import Aws


@dataclass
class Answer:
    status: int
    content_type: str
    headers: dict[str, str]
    document: dict[str, Any]


Post = Callable[..., Answer]


@pytest.fixture
def post(aws: Aws, context: Any, monkeypatch: pytest.MonkeyPatch) -> Post:
    environment = IngestEnvironment(
        queue_url=aws.queue_url,
        failure_mode_parameter=aws.failure_mode_parameter,
        failure_mode_cache_seconds=5,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)

    def post_event(body: Any, headers: dict[str, str] | None = None, *, base64: bool = False) -> Answer:
        event = {
            "version": "2.0",
            "routeKey": "POST /events",
            "headers": {"content-type": "application/json", **(headers or {})},
            "body": body,
            "isBase64Encoded": base64,
        }
        response = handler(event, context)
        return Answer(
            response["statusCode"],
            response["headers"]["content-type"],
            response["headers"],
            json.loads(response["body"]),
        )

    return post_event
