"""The lines that a stage writes to CloudWatch Logs."""

import json
import time
from typing import Any

import pytest

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import send
from tests.emulator.http_api.conftest import MakeApi

GROUP = "/http-api-tests/access"
ARN = f"arn:aws:logs:us-east-1:000000000000:log-group:{GROUP}"
FIELDS = {
    "id": "$context.requestId",
    "route": "$context.routeKey",
    "status": "$context.status",
    "agent": "$context.identity.userAgent",
    "path": "$context.path",
    "length": "$context.responseLength",
    "latency": "$context.integrationLatency",
    "lambda": "$context.integrationStatus",
    "function": "$context.integration.status",
    "who": "$context.authorizer.token",
    "error": "$context.integrationErrorMessage",
    "unknown": "$context.no.such.thing",
}
DEADLINE_SECONDS = 20.0


@pytest.fixture(scope="module")
def api(make_api: MakeApi) -> BuiltApi:
    settings = {"DestinationArn": ARN, "Format": json.dumps(FIELDS)}
    api = make_api({"AccessLogSettings": settings})
    api.emulator.client("logs").create_log_group(logGroupName=GROUP)
    api.route("POST /scripted", "scripted")
    api.route("GET /failing", "failing")
    authorizer = api.lambda_authorizer("simple_authorizer")
    api.route("GET /mine", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    return api


def _line_of(api: BuiltApi, request_id: str | None) -> dict[str, Any]:
    """Return the line of a request, once it is there."""
    logs = api.emulator.client("logs")
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        messages = [event["message"] for event in logs.filter_log_events(logGroupName=GROUP)["events"]]
        lines: list[dict[str, Any]] = [json.loads(message) for message in messages]
        for line in lines:
            if line["id"] == request_id:
                return line
        time.sleep(0.1)
    raise AssertionError(f"no line for {request_id} in {messages}")


def test_a_request_leaves_a_line(api: BuiltApi) -> None:
    headers = [("content-type", "application/json"), ("user-agent", "tests")]
    answer = send(api.url, "POST", "/scripted", headers, b'{"statusCode": 202, "body": "12345"}')
    line = _line_of(api, answer.header("apigw-requestid"))
    assert line["latency"].isdigit()
    assert line | {"latency": ""} == {
        "id": answer.header("apigw-requestid"),
        "route": "POST /scripted",
        "status": "202",
        "agent": "tests",
        "path": "/scripted",
        "length": "5",
        "latency": "",
        "lambda": "200",
        "function": "202",
        "who": "-",
        "error": "-",
        "unknown": "-",
    }


def test_a_refused_request_leaves_a_line(api: BuiltApi) -> None:
    answer = send(api.url, "GET", "/nowhere")
    line = _line_of(api, answer.header("apigw-requestid"))
    assert (line["status"], line["route"]) == ("404", "-")


def test_the_line_says_what_the_client_is_not_told(api: BuiltApi) -> None:
    answer = send(api.url, "GET", "/failing")
    assert "failed" in _line_of(api, answer.header("apigw-requestid"))["error"]


def test_the_line_knows_the_caller(api: BuiltApi) -> None:
    answer = send(api.url, "GET", "/mine", [("x-token", "let-me-in")])
    assert _line_of(api, answer.header("apigw-requestid"))["who"] == "let-me-in"


def test_a_client_cannot_forge_a_line(api: BuiltApi) -> None:
    answer = send(api.url, "GET", "/%0a%22%7d%7b", [("user-agent", 'x", "status": "200')])
    line = _line_of(api, answer.header("apigw-requestid"))
    assert line["agent"] == 'x", "status": "200'
    assert (line["path"], line["status"]) == ('/\n"}{', "404")
