"""Sink of Splunk's HEC: which requests it takes, and its code for each that it refuses."""

import gzip
import json

import pytest

from ops.lab.sinks.access import Access
from ops.lab.sinks.local_sinks import Sink
from tests.ops.sinks.clients import HttpClient, document

_WHOLE = {
    "time": 1763717400.123,
    "host": "csv-processor",
    "source": "/aws/lambda/csv-processor",
    "sourcetype": "_json",
    "index": "ingestion_lab",
    "event": {"message": "file done", "rows": 50},
    "fields": {"environment": "dev", "tags": ["a", "b"]},
}


@pytest.mark.parametrize("compressed", [False, True])
def test_envelopes_back_to_back_are_taken(client: HttpClient, hec: Sink, compressed: bool) -> None:
    body = json.dumps(_WHOLE) + json.dumps({"event": "plain"}) + "\n" + json.dumps({"event": 0})
    answer = client.post_events(body, compressed=compressed)
    assert (answer.status, document(answer)) == (200, {"text": "Success", "code": 0})
    assert [arrival.document for arrival in hec.ledger.arrivals()] == [
        _WHOLE,
        {"event": "plain"},
        {"event": 0},
    ]


def test_health_needs_no_token(client: HttpClient, access: Access) -> None:
    answer = client.send("GET", f"{access.hec_url}/services/collector/health", b"", {})
    assert (answer.status, document(answer)["code"]) == (200, 17)


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        (None, 401, 2),
        ("", 401, 2),
        ("Bearer token", 401, 3),
        ("token", 401, 3),
        ("Splunk wrong", 403, 4),
        ("Splunk ", 403, 4),
    ],
)
def test_who_has_no_token_is_refused(
    client: HttpClient, hec: Sink, authorization: str | None, status: int, code: int
) -> None:
    answer = client.post_events(json.dumps(_WHOLE), authorization=authorization)
    assert (answer.status, document(answer)["code"]) == (status, code)
    assert (hec.ledger.counts().valid, hec.ledger.counts().invalid) == (0, 1)


@pytest.mark.parametrize(
    ("body", "code", "number"),
    [
        ('{"time": 1}', 12, 0),
        ('{"event": ""}', 13, 0),
        ('{"event": null}', 13, 0),
        ('{"event": {}}', 13, 0),
        ('{"event": 1}{"event": ""}{"time"', 13, 1),
        ('{"event": 1}{"event"', 6, 1),
        ('{"event": NaN}', 6, 0),
        ("plain text", 6, 0),
        ('["event"]', 6, 0),
        ('{"event": 1, "sourceType": "x"}', 6, 0),
        ('{"event": 1, "host": 5}', 6, 0),
        ('{"event": 1, "index": "secret"}', 7, 0),
        ('{"event": 1, "time": "noon"}', 15, 0),
        ('{"event": 1, "time": 1.7E9}', 15, 0),
        ('{"event": 1, "time": true}', 15, 0),
        ('{"event": 1, "fields": {"a": {"b": "c"}}}', 15, 0),
        ('{"event": 1, "fields": {"a": 1}}', 15, 0),
        ('{"event": 1, "fields": []}', 15, 0),
    ],
)
def test_a_wrong_envelope_refuses_the_request_and_is_named(
    client: HttpClient, hec: Sink, body: str, code: int, number: int
) -> None:
    answer = client.post_events(body)
    assert answer.status == 400
    assert (document(answer)["code"], document(answer)["invalid-event-number"]) == (code, number)
    assert (hec.ledger.counts().valid, hec.ledger.counts().invalid) == (0, 1)


@pytest.mark.parametrize("body", ["", " \n"])
def test_a_request_without_data_is_refused(client: HttpClient, body: str) -> None:
    answer = client.post_events(body)
    assert (answer.status, document(answer)["code"]) == (400, 5)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"no gzip", id="text"),
        pytest.param(gzip.compress(b'{"event": 1}')[:-6], id="cut off"),
    ],
)
def test_what_does_not_unpack_is_refused(client: HttpClient, body: bytes) -> None:
    answer = client.post_events(body, content_encoding="gzip")
    assert (answer.status, document(answer)["code"]) == (400, 6)


@pytest.mark.parametrize("compressed", [False, True])
def test_more_than_a_megabyte_is_refused_also_where_it_was_packed(
    client: HttpClient, hec: Sink, compressed: bool
) -> None:
    answer = client.post_events(json.dumps({"event": "x" * 1_048_576}), compressed=compressed)
    assert answer.status == 413
    assert hec.ledger.counts().invalid == 1
    assert client.post_events(json.dumps(_WHOLE)).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/services/elsewhere", 404), ("GET", "/services/collector/event", 405)],
)
def test_other_requests_are_refused(
    client: HttpClient, access: Access, method: str, path: str, status: int
) -> None:
    assert client.send(method, access.hec_url + path, b"", {}).status == status
