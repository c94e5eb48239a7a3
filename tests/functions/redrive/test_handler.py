"""Handler of the redrive routes, as a whole: preview, start, status, cancel, refusals."""

import json
from typing import Any

import pytest

from functions.common import clients
from functions.common.environment import to_variables
from functions.ingestion.environment import RedriveEnvironment
from functions.redrive.handler import handler
from tests.functions.conftest import Aws
from tests.functions.doubles import StubClient, client_error, raising
from tests.functions.redrive.dead_letters import DeadLetters


@pytest.fixture
def runner_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What the function asked of Lambda, which answers 202."""
    client = StubClient(invoke=lambda **_: {"StatusCode": 202})
    monkeypatch.setattr(clients, "lambda_client", lambda: client)
    return client.calls


@pytest.fixture
def call(
    aws: Aws, context: Any, runner_calls: list[tuple[str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> Any:
    environment = RedriveEnvironment(
        dlq_url=aws.dlq_url,
        table_name=aws.table_name,
        jobs_table_name=aws.jobs_table_name,
        runner_function_name="runner",
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)

    def invoke(route: str, **event: Any) -> tuple[int, dict[str, Any]]:
        response = handler({"routeKey": route, **event}, context)
        return response["statusCode"], json.loads(response["body"]) | {"headers": response["headers"]}

    return invoke


def test_previews_by_query(call: Any, letters: DeadLetters) -> None:
    letters.add("a", ("OutOfTime", "TIMEOUT"))
    query = {"maxMessages": "20", "errorType": "OutOfTime", "minAgeSeconds": "0"}
    status, answer = call("GET /redrive/preview", queryStringParameters=query)
    assert (status, len(answer["messages"])) == (200, 1)


def test_previews_and_starts_with_keys(call: Any, letters: DeadLetters) -> None:
    for key in ("a", "b,c", "d"):
        letters.add(key)
    _, answer = call("GET /redrive/preview", queryStringParameters={"idempotencyKeys": "a b,c"})
    assert {each["idempotencyKey"] for each in answer["messages"]} == {"a", "b,c"}
    status, job = call("POST /redrive/start", body='{"idempotencyKeys":["a","b,c"]}')
    assert (status, job["idempotencyKeys"]) == (202, ["a", "b,c"])


def test_starts_a_job_and_says_where_it_stands(call: Any, runner_calls: Any) -> None:
    status, answer = call("POST /redrive/start", body='{"maxMessages":50,"perMessageDelayJitter":5}')
    assert (status, answer["status"], answer["moved"]) == (202, "QUEUED", 0)
    assert (answer["maxMessages"], answer["perMessageDelayJitter"], answer["maxRedrives"]) == (50, 5, 3)
    assert answer["headers"]["location"] == f"/redrive/jobs/{answer['jobId']}"
    [(_, invocation)] = runner_calls
    assert (invocation["FunctionName"], invocation["InvocationType"]) == ("runner", "Event")
    assert json.loads(invocation["Payload"]) == {"jobId": answer["jobId"]}

    status, job = call("GET /redrive/jobs/{id}", pathParameters={"id": answer["jobId"]})
    assert (status, job["status"]) == (200, "QUEUED")


def test_what_is_internal_stays_inside(call: Any) -> None:
    _, answer = call("POST /redrive/start")
    assert not {"leaseOwner", "leaseExpiresAt", "expiresAt", "invocations"} & set(answer)


def test_a_second_job_is_refused_and_told_of_the_first(call: Any, runner_calls: Any) -> None:
    _, first = call("POST /redrive/start")
    status, problem = call("POST /redrive/start")
    assert (status, problem["jobId"]) == (409, first["jobId"])
    assert len(runner_calls) == 1


def test_a_runner_that_cannot_be_started_is_a_failed_job_and_no_obstacle(
    call: Any, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = StubClient(invoke=raising(client_error("TooManyRequestsException", 429)))
    with monkeypatch.context() as patch:
        patch.setattr(clients, "lambda_client", lambda: refusing)
        status, problem = call("POST /redrive/start")
    assert (status, problem["headers"]["retry-after"]) == (503, "5")
    assert "TooManyRequestsException" in problem["detail"]
    job_id = json.loads(refusing.calls[0][1]["Payload"])["jobId"]
    _, job = call("GET /redrive/jobs/{id}", pathParameters={"id": job_id})
    assert (job["status"], job["stopReason"]) == ("FAILED", "notStarted")
    assert call("POST /redrive/start")[0] == 202


def test_a_job_can_be_cancelled(call: Any) -> None:
    _, job = call("POST /redrive/start")
    status, answer = call("POST /redrive/cancel", body=json.dumps({"jobId": job["jobId"]}))
    assert (status, answer["status"]) == (202, "CANCELLING")


@pytest.mark.parametrize(
    ("body", "parameter"), [('{"maxMessages":5000}', "maxMessages"), ("[]", None), ("{", None)]
)
def test_a_bad_request_is_a_problem(call: Any, body: str, parameter: str | None) -> None:
    status, problem = call("POST /redrive/start", body=body)
    assert (status, problem.get("parameter")) == (400, parameter)


def test_a_bad_query_is_a_problem(call: Any) -> None:
    status, problem = call("GET /redrive/preview", queryStringParameters={"maxMessages": "many"})
    assert (status, problem["parameter"]) == (400, "maxMessages")


UNKNOWN_IDS = ["6f1f2f6e-5f0c-4a53-9d43-0a4b7f3c1d55", "current", "1", ""]


@pytest.mark.parametrize("job_id", UNKNOWN_IDS)
def test_an_unknown_job_is_not_found(call: Any, job_id: str) -> None:
    call("POST /redrive/start")
    assert call("GET /redrive/jobs/{id}", pathParameters={"id": job_id})[0] == 404
    assert call("POST /redrive/cancel", body=json.dumps({"jobId": job_id}))[0] == 404


@pytest.mark.parametrize("body", ["{}", '{"jobId": 5}', ""])
def test_a_cancellation_names_its_job(call: Any, body: str) -> None:
    status, problem = call("POST /redrive/cancel", body=body)
    assert (status, problem["parameter"]) == (400, "jobId")
