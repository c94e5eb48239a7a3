"""What a function is given, and what becomes of what it answers."""

import base64
import gzip
import json
from typing import Any

import pytest

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import Answer, send
from tests.emulator.http_api.conftest import MakeApi

JSON = ("content-type", "application/json")


@pytest.fixture(scope="module")
def api(make_api: MakeApi) -> BuiltApi:
    api = make_api()
    api.route("ANY /echo/{proxy+}")
    api.route("ANY /echo")
    api.route("POST /scripted", "scripted")
    api.route("GET /failing", "failing")
    return api


def _echo(api: BuiltApi, method: str = "POST", path: str = "/echo", **request: Any) -> Any:
    answer = send(api.url, method, path, **request)
    assert answer.status == 200, answer.body
    return answer.json()


def _scripted(api: BuiltApi, result: Any) -> Answer:
    body = result if isinstance(result, bytes) else json.dumps(result).encode()
    return send(api.url, "POST", "/scripted", [JSON], body)


def test_the_event_has_the_shape_of_payload_format_2(api: BuiltApi) -> None:
    headers = [("X-Multi", "a"), ("x-multi", "b"), ("Cookie", "k=v; l=w"), ("User-Agent", "tests")]
    event = _echo(api, "PUT", "/echo/x%20y?q=1&q=2&empty=&p=%20%ff", headers=headers)
    context = event.pop("requestContext")
    assert event["version"] == "2.0"
    assert event["routeKey"] == "ANY /echo/{proxy+}"
    assert event["rawPath"] == "/echo/x y"
    assert event["rawQueryString"] == "q=1&q=2&empty=&p=%20%ff"
    assert event["queryStringParameters"] == {"q": "1,2", "empty": "", "p": " �"}
    assert event["cookies"] == ["k=v", "l=w"]
    assert event["pathParameters"] == {"proxy": "x y"}
    assert event["headers"]["x-multi"] == "a,b"
    assert event["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert "cookie" not in event["headers"]
    assert event["isBase64Encoded"] is False
    assert "body" not in event
    assert "stageVariables" not in event
    assert context["http"] == {
        "method": "PUT",
        "path": "/echo/x y",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "tests",
    }
    assert (context["apiId"], context["stage"]) == (api.id, "$default")
    assert context["accountId"] == "000000000000"
    assert context["timeEpoch"] > 1_700_000_000_000


def test_the_request_id_is_the_one_in_the_response(api: BuiltApi) -> None:
    answer = send(api.url, "GET", "/echo")
    assert answer.header("apigw-requestid") == answer.json()["requestContext"]["requestId"]


def test_no_internal_header_reaches_the_function(api: BuiltApi) -> None:
    assert set(_echo(api, "GET")["headers"]) == {
        "host",
        "x-amzn-trace-id",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
    }


@pytest.mark.parametrize("content_type", ["application/json", "text/csv; charset=utf-8", "application/xml"])
def test_text_arrives_as_text(api: BuiltApi, content_type: str) -> None:
    event = _echo(api, headers=[("content-type", content_type)], body='{"é": "\0"}'.encode())
    assert (event["body"], event["isBase64Encoded"]) == ('{"é": "\0"}', False)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/octet-stream", b"\x00\xff"),
        ("application/x-www-form-urlencoded", b"a=1"),
        ("application/json", b"\xff\xfe{}"),
        ("application/json", b'"\xed\xa0\x80"'),  # a lone surrogate, which is not UTF-8
        ("text/plain", bytes(range(256))),
    ],
)
def test_what_is_not_text_arrives_as_base64(api: BuiltApi, content_type: str, body: bytes) -> None:
    event = _echo(api, headers=[("content-type", content_type)], body=body)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


@pytest.mark.parametrize("body", [gzip.compress(b"{}", mtime=0), b"not gzip at all"])
def test_an_encoded_body_arrives_as_it_was_sent(api: BuiltApi, body: bytes) -> None:
    event = _echo(api, headers=[JSON, ("content-encoding", "gzip")], body=body)
    assert base64.b64decode(event["body"]) == body
    assert event["headers"]["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "path",
    ["/echo/%00", "/echo/%ed%a0%80", "/echo/..%2f..%2fetc", "/echo//x", "/echo/%", "/echo/a;b?%%=%zz&&=="],
)
def test_hostile_paths_are_answered(api: BuiltApi, path: str) -> None:
    assert _echo(api, "GET", path)["routeKey"] == "ANY /echo/{proxy+}"


def test_hostile_header_bytes_are_answered(api: BuiltApi) -> None:
    headers = [("x-latin", "caf\xe9"), ("x-long", "y" * 8000), ("authorization", "AWS4-HMAC-SHA256 nonsense")]
    event = _echo(api, "GET", headers=headers)
    assert event["headers"]["x-latin"] == "caf\xe9"
    assert event["headers"]["authorization"] == "AWS4-HMAC-SHA256 nonsense"


def test_a_response_is_what_the_function_says(api: BuiltApi) -> None:
    answer = _scripted(
        api,
        {
            "statusCode": 201,
            "headers": {"X-Number": 7, "Content-Type": "text/html"},
            "cookies": ["a=1; Secure", "b=2"],
            "body": base64.b64encode(b"\x00\xff").decode(),
            "isBase64Encoded": True,
        },
    )
    assert (answer.status, answer.body) == (201, b"\x00\xff")
    assert answer.header("x-number") == "7"
    assert answer.all("content-type") == ["text/html"]
    assert answer.all("set-cookie") == ["a=1; Secure", "b=2"]


@pytest.mark.parametrize(
    ("result", "body"),
    [({"a": [1, "é"]}, {"a": [1, "é"]}), ([1, 2], [1, 2]), (None, None), (3.5, 3.5)],
)
def test_a_result_without_a_status_code_is_the_body(api: BuiltApi, result: Any, body: Any) -> None:
    answer = _scripted(api, result)
    assert (answer.status, answer.json()) == (200, body)
    assert answer.header("content-type") == "application/json"


def test_a_string_is_a_body_without_quotes(api: BuiltApi) -> None:
    assert _scripted(api, "hello").body == b"hello"


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "teapot"},
        {"statusCode": 999},
        {"statusCode": True},
        {"statusCode": 200, "body": {"not": "a string"}},
        {"statusCode": 200, "headers": ["no", "mapping"]},
        {"statusCode": 200, "headers": {"x": ["a", "list"]}},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: forged=1"}},
        {"statusCode": 200, "headers": {"bad name": "x"}},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
        {"statusCode": 200, "cookies": "a=1"},
    ],
)
def test_a_malformed_result_is_an_internal_error(api: BuiltApi, result: Any) -> None:
    answer = _scripted(api, result)
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_fails_is_an_internal_error(api: BuiltApi) -> None:
    answer = send(api.url, "GET", "/failing")
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_head_request_has_no_body(api: BuiltApi) -> None:
    answer = send(api.url, "HEAD", "/echo")
    assert (answer.status, answer.body) == (200, b"")
