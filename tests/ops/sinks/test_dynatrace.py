"""Sink of Dynatrace: which requests and lines it takes, and what it says of the others."""

import pytest

from ops.lab.sinks.access import Access
from ops.lab.sinks.local_sinks import Sink
from tests.ops.sinks.clients import METRICS, HttpClient, document

_GAUGE = 'csv.queue.depth,queue="a\\"b\\\\c",env=dev 12.5'
_COUNT = 'csv.rows.count,env="dev" count,delta=50'


def test_valid_lines_are_taken_with_what_they_mean(client: HttpClient, dynatrace: Sink) -> None:
    answer = client.post_metrics(f"# a comment\n{_GAUGE}\n\n{_COUNT}\n")
    assert answer.status == 202
    assert document(answer) == {"linesOk": 2, "linesInvalid": 0, "error": None, "warnings": None}
    gauge, count = (arrival.document for arrival in dynatrace.ledger.arrivals())
    assert gauge["dimensions"] == {"queue": 'a"b\\c', "env": "dev"}
    assert (count["kind"], count["values"]) == ("count", {"delta": 50.0})


def test_invalid_lines_are_named_and_the_others_taken(client: HttpClient, dynatrace: Sink) -> None:
    answer = client.post_metrics(f"{_GAUGE}\n1wrong 5\n{_COUNT}")
    assert answer.status == 400
    assert document(answer)["error"] == {
        "code": 400,
        "message": "1 invalid lines",
        "invalidLines": [{"line": 2, "error": "invalid metric key"}],
    }
    assert (document(answer)["linesOk"], document(answer)["linesInvalid"]) == (2, 1)
    assert (dynatrace.ledger.counts().valid, dynatrace.ledger.counts().invalid) == (2, 1)


def test_a_counters_new_name_is_a_warning(client: HttpClient) -> None:
    answer = client.post_metrics("csv.rows count,delta=1")
    assert answer.status == 202
    assert document(answer)["warnings"]["warningLines"] == [
        {"line": 1, "warning": "metric key 'csv.rows' changed to 'csv.rows.count'"}
    ]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": None}, 401),
        ({"authorization": "Api-Token wrong"}, 401),
        ({"authorization": "Bearer token"}, 401),
        ({"content_type": None}, 415),
        ({"content_type": "application/json"}, 415),
        ({"content_type": "text/plain; charset=latin-1"}, 415),
        ({"content_encoding": "gzip"}, 415),
    ],
)
def test_a_request_with_wrong_headers_is_refused(
    client: HttpClient, dynatrace: Sink, headers: dict[str, str | None], status: int
) -> None:
    answer = client.post_metrics(_GAUGE, **headers)
    assert (answer.status, document(answer)["error"]["code"]) == (status, status)
    assert (dynatrace.ledger.counts().valid, dynatrace.ledger.counts().invalid) == (0, 1)


@pytest.mark.parametrize(("body", "status"), [("", 400), ("# only\n", 400), (b"\xff 1", 400)])
def test_a_request_without_a_readable_line_is_refused(
    client: HttpClient, body: str | bytes, status: int
) -> None:
    assert client.post_metrics(body).status == status


def test_more_than_a_megabyte_is_refused(client: HttpClient) -> None:
    lines = 1_048_576 // len(f"{_GAUGE}\n") + 1
    assert client.post_metrics("\n".join([_GAUGE] * lines)).status == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", METRICS, 405), ("POST", "/more", 404)])
def test_other_requests_are_refused(
    client: HttpClient, access: Access, method: str, path: str, status: int
) -> None:
    assert client.send(method, access.dynatrace_url + path, b"", {}).status == status
