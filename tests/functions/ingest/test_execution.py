"""`POST /events` by the state machine: the same answers as without it."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.common import clients
from functions.common.environment import to_variables
from functions.common.errors import CircuitOpen, InvalidRequest, PipelineError, SchemaValidationError
from functions.ingestion.environment import OrchestrationEnvironment
from functions.ingestion.wire_error import to_wire
from tests.functions.conftest import Aws
from tests.functions.doubles import StubClient, client_error, raising
from tests.functions.ingest.conftest import Post

ORDER = '{"orderId": "123", "amount": 42.50}'
ACCEPTED = {"status": "SUCCEEDED", "output": '{"idempotencyKey": "k", "messageId": "m"}'}


@pytest.fixture
def machine(post: Post, monkeypatch: pytest.MonkeyPatch) -> Callable[..., StubClient]:
    """Deploy ingest with a state machine that answers as told."""

    def deploy(operation: Callable[..., Any], percent: int = 100) -> StubClient:
        environment = OrchestrationEnvironment(
            state_machine_arn="arn:machine", orchestrated_percent=percent, execution_timeout_seconds=2
        )
        for name, value in to_variables(environment).items():
            monkeypatch.setenv(name, value)
        client = StubClient(start_sync_execution=operation)
        monkeypatch.setattr(clients, "stepfunctions_waiting", lambda _: client)
        return client

    return deploy


def failed(error: PipelineError | ClientError) -> Callable[..., Any]:
    sent = to_wire(error)
    cause = json.dumps({"errorMessage": str(sent), "errorType": type(sent).__name__})
    return lambda **_: {"status": "FAILED", "error": type(sent).__name__, "cause": cause}


def given(client: StubClient) -> dict[str, Any]:
    [(_, parameters)] = client.calls
    sent: dict[str, Any] = json.loads(parameters["input"])
    return sent


def test_the_machine_gets_the_request_and_its_receipt_is_the_answer(
    post: Post, aws: Aws, machine: Callable[..., StubClient]
) -> None:
    client = machine(lambda **_: ACCEPTED)
    answer = post(ORDER, {"Idempotency-Key": "k"})
    assert given(client) == {
        "phase": "accept",
        "request": {"headers": {"idempotency-key": "k"}, "body": ORDER, "isBase64Encoded": False},
    }
    assert answer.status == 202
    assert answer.document == {"idempotencyKey": "k", "messageId": "m", "status": "accepted"}
    assert aws.receive_all(aws.queue_url) == []


def test_a_body_that_is_not_utf_8_arrives_as_it_was(post: Post, machine: Callable[..., StubClient]) -> None:
    client = machine(lambda **_: ACCEPTED)
    body = base64.b64encode(b"\xff{}").decode()
    post(body, base64=True)
    assert given(client)["request"] == {"headers": {}, "body": body, "isBase64Encoded": True}


def test_at_0_percent_the_machine_is_deployed_and_nothing_is_routed_to_it(
    post: Post, aws: Aws, machine: Callable[..., StubClient]
) -> None:
    client = machine(lambda **_: ACCEPTED, percent=0)
    assert post(ORDER).status == 202
    assert client.calls == []
    assert len(aws.receive_all(aws.queue_url)) == 1


@pytest.mark.parametrize(("sent_bytes", "status"), [(60_000, 202), (999_000, 413)])
def test_what_outgrows_a_state_is_accepted_directly_unless_sqs_refuses_it(
    post: Post, aws: Aws, machine: Callable[..., StubClient], sent_bytes: int, status: int
) -> None:
    machine(lambda **_: {"status": "FAILED", "error": "States.DataLimitExceeded", "cause": "too large"})
    numbers = ",".join(["1e20"] * (sent_bytes // 5))  # 21 digits each in canonical text
    answer = post(f'{{"orderId": "123", "amount": 42.50, "numbers": [{numbers}]}}', {"Idempotency-Key": "k"})
    assert answer.status == status
    assert len(aws.receive_all(aws.queue_url)) == int(status == 202)


@pytest.mark.parametrize(
    ("error", "status"),
    [(SchemaValidationError("no amount"), 400), (InvalidRequest("wrong", "Idempotency-Key"), 400)],
)
def test_what_a_step_refuses_is_the_same_problem(
    post: Post, machine: Callable[..., StubClient], error: PipelineError, status: int
) -> None:
    machine(failed(error))
    answer = post(ORDER)
    assert (answer.status, answer.document["detail"]) == (status, str(error))
    assert answer.document.get("parameter") == getattr(error, "parameter", None)


def test_an_open_circuit_says_for_how_long(post: Post, machine: Callable[..., StubClient]) -> None:
    machine(failed(CircuitOpen("SQS", 41.5)))
    answer = post(ORDER)
    assert (answer.status, answer.headers["retry-after"]) == (503, "42")


@pytest.mark.parametrize(
    "operation",
    [
        failed(client_error("ThrottlingException")),
        lambda **_: {"status": "TIMED_OUT", "error": "States.Timeout", "cause": ""},
        lambda **_: {"status": "FAILED", "error": "Lambda.TooManyRequestsException", "cause": "busy"},
        raising(client_error("ThrottlingException")),
    ],
)
def test_what_did_not_serve_us_is_503(
    post: Post, machine: Callable[..., StubClient], operation: Callable[..., Any]
) -> None:
    machine(operation)
    answer = post(ORDER)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0


def test_what_nobody_foresaw_is_500_and_keeps_its_text_to_the_log(
    post: Post, machine: Callable[..., StubClient]
) -> None:
    machine(lambda **_: {"status": "FAILED", "error": "KeyError", "cause": '{"errorMessage": "secret"}'})
    answer = post(ORDER)
    assert answer.status == 500
    assert "secret" not in json.dumps(answer.document)
