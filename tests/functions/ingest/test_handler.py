"""Handler of `POST /events` and `GET /health`, as a whole: from the request to the queue."""

import base64
import hashlib
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from functions.common import circuits, clients
from functions.common.clients import guarded
from functions.ingest.handler import handler
from tests.functions.conftest import Aws
from tests.functions.doubles import FakeClock, StubClient, client_error, raising
from tests.functions.ingest.conftest import Post

ORDER = '{"orderId": "123", "amount": 42.50}'
CANONICAL = '{"amount":42.5,"orderId":"123"}'
DERIVED_KEY = hashlib.sha256(CANONICAL.encode()).hexdigest()


def test_queues_the_canonical_event_with_its_attributes(post: Post, aws: Aws) -> None:
    answer = post(ORDER)
    [message] = aws.receive_all(aws.queue_url)
    assert answer.status == 202
    assert answer.document == {
        "idempotencyKey": DERIVED_KEY,
        "messageId": message["MessageId"],
        "status": "accepted",
    }
    assert message["Body"] == CANONICAL
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes.keys() == {"idempotencyKey", "submittedAt", "errorTypeCandidate"}
    assert (attributes["idempotencyKey"], attributes["errorTypeCandidate"]) == (DERIVED_KEY, "NONE")
    assert attributes["submittedAt"].endswith("Z")


def test_takes_a_base64_body(post: Post) -> None:
    answer = post(base64.b64encode(ORDER.encode()).decode(), base64=True)
    assert answer.document["idempotencyKey"] == DERIVED_KEY


def test_keeps_members_that_the_schema_does_not_know(post: Post, aws: Aws) -> None:
    post('{"orderId":"o","amount":1,"note":{"é":[1.50,null,"\\uffff"]}}')
    [message] = aws.receive_all(aws.queue_url)
    assert json.loads(message["Body"])["note"] == {"é": [1.5, None, "\uffff"]}


@pytest.mark.parametrize(
    ("headers", "member"),
    [
        ({"Idempotency-Key": "k-1"}, {}),
        ({}, {"idempotencyKey": "k-1"}),
        ({"idempotency-key": "k-1"}, {"idempotencyKey": "k-1"}),
    ],
)
def test_the_clients_key_wins_and_leaves_the_body_the_same(
    post: Post, aws: Aws, headers: dict[str, str], member: dict[str, str]
) -> None:
    answer = post(json.dumps({"orderId": "123", "amount": 42.5, **member}), headers)
    [message] = aws.receive_all(aws.queue_url)
    assert answer.document["idempotencyKey"] == "k-1"
    assert message["MessageAttributes"]["idempotencyKey"]["StringValue"] == "k-1"
    assert message["Body"] == CANONICAL


def test_two_different_keys_are_refused(post: Post) -> None:
    answer = post('{"orderId":"o","amount":1,"idempotencyKey":"a"}', {"Idempotency-Key": "b"})
    assert (answer.status, answer.document["parameter"]) == (400, "Idempotency-Key")


def test_duplicate_submit_sends_twice_under_one_key(post: Post, aws: Aws) -> None:
    aws.set_failure_mode("duplicate_submit")
    post(ORDER)
    keys = [
        message["MessageAttributes"]["idempotencyKey"]["StringValue"]
        for message in aws.receive_all(aws.queue_url)
    ]
    assert keys == [DERIVED_KEY, DERIVED_KEY]


@pytest.mark.parametrize(
    "error",
    [
        client_error("InternalFailure", 500),
        client_error("ThrottlingException"),
        client_error("AccessDenied", 403),
        EndpointConnectionError(endpoint_url="http://x"),
    ],
)
def test_without_sqs_nothing_is_accepted(
    post: Post, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(clients, "sqs", lambda: StubClient(send_message=raising(error)))
    answer = post(ORDER)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0


def test_while_the_circuit_of_sqs_is_open_clients_hear_when_to_come_back(
    post: Post, aws: Aws, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setattr("functions.common.circuits.system_clock", clock)
    circuit = circuits.sqs.__wrapped__()
    sqs: Any = guarded(boto3.client("sqs"), circuit)
    monkeypatch.setattr(clients, "sqs", lambda: sqs)
    sqs.meta.events.register("before-call", raising(client_error("ServiceUnavailable", 503)), "outage")
    for _ in range(5):
        assert post(ORDER).document["detail"] == "an AWS service did not serve us: ServiceUnavailable"

    clock.advance(12)
    refused = post(ORDER)
    assert (refused.status, refused.headers["retry-after"]) == (503, "48")
    assert refused.document["detail"] == "the circuit of SQS is open: try again in 48 s"

    sqs.meta.events.unregister("before-call", unique_id="outage")
    clock.advance(48)
    assert post(ORDER).status == 202
    assert len(aws.receive_all(aws.queue_url)) == 1


def test_text_that_sqs_refuses_is_the_clients_fault(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = client_error("InvalidMessageContents")
    monkeypatch.setattr(clients, "sqs", lambda: StubClient(send_message=raising(refusal)))
    assert post(ORDER).status == 400


def test_health_needs_no_environment(context: Any) -> None:
    response = handler({"routeKey": "GET /health"}, context)
    assert (response["statusCode"], json.loads(response["body"])) == (200, {"status": "ok"})


def test_a_missing_variable_is_an_internal_error_not_a_guess(
    context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUEUE_URL", raising=False)
    event = {"routeKey": "POST /events", "body": ORDER}
    assert handler(event, context)["statusCode"] == 500
