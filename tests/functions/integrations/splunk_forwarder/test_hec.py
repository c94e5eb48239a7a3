"""The HEC client, against a server on a socket."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.common.clock import Deadline
from functions.integrations.splunk_forwarder.hec import ATTEMPTS, Hec, HecRefusal
from tests.functions.servers.certificate import certificate
from tests.functions.servers.http_server import HttpServer, http_server
from tests.functions.servers.secrets import secret_of

OK = (200, {"text": "Success", "code": 0})
BUSY = (503, {"text": "Server is busy", "code": 9})
ENVELOPES = ['{"event":1}', '{"event":2}']


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with http_server() as running:
        yield running


def hec(url: str, pauses: list[float] | None = None, **secret: str) -> Hec:
    slept = pauses if pauses is not None else []
    values = {"token": "t0ken"} | secret
    return Hec(url, secret_of(**values), sleep=slept.append, uniform=lambda _, high: high)


def send(server: HttpServer, remaining_ms: int = 60_000) -> HecRefusal | None:
    return hec(server.url).send(ENVELOPES, Deadline(lambda: remaining_ms))


def test_events_go_back_to_back_and_compressed(server: HttpServer) -> None:
    server.answer(OK)
    assert send(server) is None
    (request,) = server.requests
    assert (request.path, request.body) == ("/services/collector/event", "".join(ENVELOPES))
    assert request.headers["Authorization"] == "Splunk t0ken"
    assert request.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("trouble", [BUSY, (500, {"code": 8}), (429, "slow down"), (502, "<html>")])
def test_what_may_pass_is_sent_again(server: HttpServer, trouble: tuple[int, Any]) -> None:
    server.answer(trouble, trouble, OK)
    pauses: list[float] = []
    assert hec(server.url, pauses).send(ENVELOPES, Deadline(lambda: 60_000)) is None
    assert len(server.requests) == 3
    assert pauses == [2.0, 4.0]


def test_an_outage_is_given_up_and_named(server: HttpServer) -> None:
    server.answer(BUSY)
    assert send(server) == HecRefusal("Hec9", "503 Server is busy")
    assert len(server.requests) == ATTEMPTS


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((403, {"text": "Invalid token", "code": 4}), HecRefusal("Hec4", "403 Invalid token")),
        ((401, {"text": "Token is required", "code": 2}), HecRefusal("Hec2", "401 Token is required")),
        (
            (400, {"text": "Incorrect index", "code": 7, "invalid-event-number": 0}),
            HecRefusal("Hec7", "400 Incorrect index"),
        ),
        ((400, {"text": "No data", "code": 5}), HecRefusal("Hec5", "400 No data")),
        ((404, "<html>"), HecRefusal("Http404", "404 no answer of HEC")),
        ((200, "<html>log in</html>"), HecRefusal("Http200", "200 no answer of HEC")),
    ],
)
def test_what_will_not_pass_is_not_repeated(
    server: HttpServer, answer: tuple[int, Any], refusal: HecRefusal
) -> None:
    server.answer(answer)
    assert send(server) == refusal
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("number", "blamed"), [(0, 0), (1, 1), (2, None), (-1, None), ("1", None), (None, None)]
)
def test_the_event_that_is_to_blame_is_told_if_there_is_one(
    server: HttpServer, number: Any, blamed: int | None
) -> None:
    server.answer((400, {"text": "Invalid data format", "code": 6, "invalid-event-number": number}))
    refusal = send(server)
    assert refusal is not None
    assert refusal.event_number == blamed


def test_nothing_is_sent_without_the_time_to_keep_what_is_refused(server: HttpServer) -> None:
    assert send(server, remaining_ms=19_000) == HecRefusal(
        "OutOfTime", "not sent: the invocation is about to end"
    )
    assert server.requests == []


def test_a_server_that_nobody_vouches_for_gets_no_token() -> None:
    with http_server(tls=True) as server:
        server.answer(OK)
        refusal = send(server)
        assert refusal is not None
        assert refusal.error_type == "NotSent"
        assert server.requests == []
        trusting = hec(server.url + "/", caCertificate=certificate())
        assert trusting.send(ENVELOPES, Deadline(lambda: 60_000)) is None
        assert server.requests[0].path == "/services/collector/event"


def test_a_secret_without_token_is_a_refusal_since_an_operator_may_correct_it(server: HttpServer) -> None:
    refusal = hec(server.url, token="").send(ENVELOPES, Deadline(lambda: 60_000))
    assert refusal is not None
    assert refusal.error_type == "MalformedSecret"
