"""Router: routes, the answer to each kind of error, and one log line a request."""

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.common.errors import CircuitOpen, InvalidRequest
from functions.ingestion.api_http import ApiRequest, Response, json_response
from functions.ingestion.router import Router
from tests.functions.doubles import FakeClock, LogSink, client_error

EVENT = {"routeKey": "GET /thing", "headers": {"X-Key": "v"}, "pathParameters": {"id": "1"}}


def answer(outcome: Any, event: Any = EVENT, sink: LogSink | None = None) -> Response:
    def route(request: ApiRequest) -> Response:
        if isinstance(outcome, Exception):
            raise outcome
        return json_response(200, {"header": request.headers["x-key"], "id": request.path["id"]})

    sink = sink or LogSink()
    return Router({"GET /thing": route}, sink.logger, FakeClock()).answer(event, "request-1")


def test_a_route_sees_lower_case_headers_and_path_parameters() -> None:
    assert json.loads(answer(None)["body"]) == {"header": "v", "id": "1"}


def test_an_unknown_route_is_a_404_problem() -> None:
    response = answer(None, {"routeKey": "GET /other"})
    assert response["statusCode"] == 404
    assert response["headers"]["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "error", [client_error("AccessDenied"), EndpointConnectionError(endpoint_url="http://x")]
)
def test_an_aws_failure_is_a_503_that_says_when_to_come_back(error: Exception) -> None:
    response = answer(error)
    assert response["statusCode"] == 503
    assert int(response["headers"]["retry-after"]) > 0


def test_an_open_circuit_is_a_503_until_its_next_trial() -> None:
    response = answer(CircuitOpen("SQS", 41.2))
    assert (response["statusCode"], response["headers"]["retry-after"]) == (503, "42")
    assert json.loads(response["body"])["type"] == "urn:ingestion-lab:problem:unavailable"


def test_a_problem_names_the_parameter() -> None:
    problem = json.loads(answer(InvalidRequest("too big", "maxMessages"))["body"])
    assert problem["parameter"] == "maxMessages"
    assert (problem["status"], problem["detail"], problem["requestId"]) == (400, "too big", "request-1")


def test_a_bug_is_a_500_that_keeps_its_details_to_the_log() -> None:
    sink = LogSink()
    response = answer(RuntimeError("internals"), sink=sink)
    assert response["statusCode"] == 500
    assert "internals" not in response["body"]
    [line] = sink.lines()
    assert (line["level"], line["errorType"], line["status"]) == ("ERROR", "RuntimeError", 500)
    assert "internals" in line["exception"]


def test_the_words_of_an_aws_service_are_for_the_log_alone() -> None:
    sink = LogSink()
    response = answer(client_error("AccessDenied"), sink=sink)

    (line,) = sink.lines()
    assert line["errorDetail"] == "an AWS service did not serve us: AccessDenied"
    assert "(AccessDenied) when calling" in line["errorCause"]
    assert "when calling" not in response["body"]


def test_each_request_writes_one_line() -> None:
    sink = LogSink()
    answer(None, sink=sink)
    [line] = sink.lines()
    assert (line["message"], line["route"], line["status"]) == ("request answered", "GET /thing", 200)
    assert line["latencyMs"] == 0
