"""From a log line to Splunk, or to the retry queue: over moto's SQS and a socket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.common import clients
from functions.common.environment import to_variables
from functions.integrations.environment import SplunkForwarderEnvironment
from functions.integrations.splunk_forwarder import handler as splunk_handler
from functions.integrations.splunk_forwarder.handler import handler
from tests.functions.conftest import Aws
from tests.functions.integrations.splunk_forwarder.events import retry_event, subscription_event
from tests.functions.servers.http_server import HttpServer, http_server

OK = (200, {"text": "Success", "code": 0})
BUSY = (503, {"text": "Server is busy", "code": 9})


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with http_server() as running:
        running.answer(OK)
        yield running


@pytest.fixture
def forward(aws: Aws, server: HttpServer, context: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    clients.secretsmanager().put_secret_value(SecretId=aws.secret_arn, SecretString='{"token": "t0ken"}')
    environment = SplunkForwarderEnvironment(
        retry_queue_url=aws.queue_url,
        retry_seconds=1,
        hec_url=server.url,
        secret_name=aws.secret_arn,
        index="lab",
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("functions.integrations.splunk_forwarder.hec.BACKOFF_SECONDS", 0)
    for wired in (splunk_handler.environment, splunk_handler.source, splunk_handler.forwarder):
        wired.cache_clear()
    context.remaining_ms = 60_000
    return lambda event: handler(event, context)


def events_of(body: str) -> list[Any]:
    """What the envelopes of a request or a message carry, one after another."""
    decoder, found, rest = json.JSONDecoder(), [], body
    while rest := rest.lstrip():
        envelope, end = decoder.raw_decode(rest)
        found.append(envelope["event"])
        rest = rest[end:]
    return found


def blame(number: int) -> tuple[int, Any]:
    return 400, {"text": "Invalid data format", "code": 6, "invalid-event-number": number}


def test_lines_go_to_splunk_and_nothing_is_left(forward: Any, server: HttpServer, aws: Aws) -> None:
    assert forward(subscription_event("one", '{"two": 2}')) is None
    assert [events_of(request.body) for request in server.requests] == [["one", {"two": 2}]]
    assert '"index":"lab"' in server.requests[0].body
    assert aws.receive_all(aws.queue_url) == []


def test_a_control_message_is_not_forwarded(forward: Any, server: HttpServer) -> None:
    forward(subscription_event("checking", type_="CONTROL_MESSAGE"))
    assert server.requests == []


def test_what_splunk_does_not_take_waits_in_the_queue_with_its_reason(
    forward: Any, server: HttpServer, aws: Aws
) -> None:
    server.answer(BUSY)
    forward(subscription_event("one", "two"))
    (message,) = aws.receive_all(aws.queue_url)
    assert events_of(message["Body"]) == ["one", "two"]
    assert {name: each["StringValue"] for name, each in message["MessageAttributes"].items()} == {
        "errorType": "Hec9",
        "reason": "503 Server is busy",
    }
    server.answer(OK)
    assert forward(retry_event(message["Body"])) == {"batchItemFailures": []}
    assert events_of(server.requests[-1].body) == ["one", "two"]


def test_one_event_that_is_refused_does_not_keep_its_neighbours(
    forward: Any, server: HttpServer, aws: Aws
) -> None:
    server.answer(blame(1), OK)
    forward(subscription_event("one", "bad", "three"))
    assert events_of(server.requests[-1].body) == ["one", "three"]
    (message,) = aws.receive_all(aws.queue_url)
    assert events_of(message["Body"]) == ["bad"]


def test_a_message_that_splunk_takes_in_part_is_replaced_by_the_rest(
    forward: Any, server: HttpServer, aws: Aws
) -> None:
    server.answer(blame(0), OK)
    lines = "\n".join(json.dumps({"event": each}) for each in ("bad", "good"))
    assert forward(retry_event(lines)) == {"batchItemFailures": []}
    (message,) = aws.receive_all(aws.queue_url)
    assert events_of(message["Body"]) == ["bad"]


@pytest.mark.parametrize("answer", [BUSY, (403, {"text": "Invalid token", "code": 4}), blame(0)])
def test_a_message_that_splunk_refuses_whole_comes_back_as_it_is(
    forward: Any, server: HttpServer, aws: Aws, answer: tuple[int, Any]
) -> None:
    server.answer(answer)
    failed = forward(retry_event('{"event":"one"}'))
    assert failed == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert aws.receive_all(aws.queue_url) == []


def test_a_message_that_fails_leaves_its_neighbours_alone(forward: Any, server: HttpServer) -> None:
    server.answer(blame(0), OK)
    failed = forward(retry_event('{"event":"one"}', '{"event":"two"}'))
    assert failed == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def test_if_the_queue_refuses_too_the_invocation_fails_and_lambda_keeps_it(
    forward: Any, server: HttpServer, aws: Aws
) -> None:
    server.answer(BUSY)
    aws.sqs.delete_queue(QueueUrl=aws.queue_url)
    with pytest.raises(ClientError):
        forward(subscription_event("one"))
    failed = forward(retry_event('{"event":"bad"}\n{"event":"good"}'))
    assert failed == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def test_a_flood_of_lines_goes_in_several_requests(forward: Any, server: HttpServer) -> None:
    messages = [f"{index:03}" + "x" * 10_000 for index in range(250)]
    forward(subscription_event(*messages))
    assert len(server.requests) == 3
    assert [each for request in server.requests for each in events_of(request.body)] == messages
