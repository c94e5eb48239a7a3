import json
from typing import Any

import pytest

from functions.common.environment import RedriveEnvironment, to_variables
from functions.redrive.handler import handler
from tests.functions.conftest import Aws
from tests.functions.redrive.conftest import DeadLetters


@pytest.fixture
def call(aws: Aws, context: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    environment = RedriveEnvironment(queue_url=aws.queue_url, dlq_url=aws.dlq_url, table_name=aws.table_name)
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)

    def invoke(route: str, **event: Any) -> tuple[int, dict[str, Any]]:
        response = handler({"routeKey": route, **event}, context)
        return response["statusCode"], json.loads(response["body"])

    return invoke


def test_previews_by_query(call: Any, letters: DeadLetters) -> None:
    letters.add("a", ("OutOfTime", "TIMEOUT"))
    query = {"maxMessages": "20", "errorType": "OutOfTime", "minAgeSeconds": "0"}
    status, answer = call("GET /redrive/preview", queryStringParameters=query)
    assert (status, len(answer["messages"])) == (200, 1)


def test_starts_by_body_and_answers_with_the_finished_report(call: Any, letters: DeadLetters) -> None:
    letters.add("a")
    status, answer = call("POST /redrive/start", body='{"maxMessages":100,"perMessageDelayJitter":0}')
    assert status == 200
    assert answer.pop("jobId")
    assert answer == {
        "status": "finished",
        "moved": 1,
        "skipped": 0,
        "failed": 0,
        "deletedFailed": 0,
        "stopReason": "drained",
    }


def test_starts_with_defaults_when_there_is_no_body(call: Any) -> None:
    assert call("POST /redrive/start")[0] == 200


@pytest.mark.parametrize(
    ("body", "parameter"), [('{"maxMessages":5000}', "maxMessages"), ("[]", None), ("{", None)]
)
def test_a_bad_request_is_a_problem(call: Any, body: str, parameter: str | None) -> None:
    status, problem = call("POST /redrive/start", body=body)
    assert (status, problem.get("parameter")) == (400, parameter)


def test_a_bad_query_is_a_problem(call: Any) -> None:
    status, problem = call("GET /redrive/preview", queryStringParameters={"maxMessages": "many"})
    assert (status, problem["parameter"]) == (400, "maxMessages")


def test_there_are_no_jobs_to_ask_about(call: Any) -> None:
    status, problem = call("GET /redrive/jobs/{id}", pathParameters={"id": "1"})
    assert status == 404
    assert "synchronously" in problem["detail"]


def test_cancel_says_that_nothing_runs(call: Any) -> None:
    status, answer = call("POST /redrive/cancel")
    assert (status, answer["cancelled"]) == (200, False)
