"""Sizes, times, rates, permissions, and many requests at once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import send
from tests.emulator.http_api.conftest import MakeApi

TEXT = [("content-type", "text/plain")]
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def api(make_api: MakeApi) -> BuiltApi:
    api = make_api()
    api.route("POST /echo")
    api.route("GET /echo")
    return api


def test_a_body_above_10_mib_is_too_large(api: BuiltApi) -> None:
    answer = send(api.url, "POST", "/echo", TEXT, b"x" * (10 * MEBIBYTE + 1))
    assert (answer.status, answer.json()) == (413, {"message": "Request Entity Too Large"})


def _header_of(api: BuiltApi, size: int) -> list[tuple[str, str]]:
    """One header, so that request line and header values have `size` bytes together."""
    others = ["GET /echo HTTP/1.1", api.url.split("/")[2]]  # and that of Host
    return [("x-" + "n" * 200, "v" * (size - sum(map(len, others))))]


def test_a_request_line_and_header_values_above_10240_bytes_are_too_large(api: BuiltApi) -> None:
    assert send(api.url, "GET", "/echo", _header_of(api, 10_240)).status == 200
    answer = send(api.url, "GET", "/echo", _header_of(api, 10_241))
    assert (answer.status, answer.json()) == (431, {"message": "Request Header Fields Too Large"})
    assert send(api.url, "GET", "/echo?q=" + "v" * 10_240).status == 431


@pytest.mark.parametrize("headers", [[("x-big", "v" * 70_000)], [(f"x-{n}", "v" * 1_000) for n in range(70)]])
def test_headers_that_nobody_takes_have_an_answer_too(api: BuiltApi, headers: list[tuple[str, str]]) -> None:
    answer = send(api.url, "GET", "/echo", headers)
    assert (answer.status, answer.header("connection")) == (431, "close")
    assert b"more than 32768 bytes" in answer.body
    assert send(api.url, "GET", "/echo").status == 200


def test_a_request_to_upgrade_is_served_as_the_http_request_that_it_is(api: BuiltApi) -> None:
    upgrade = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]
    assert send(api.url, "GET", "/echo", upgrade).json()["routeKey"] == "GET /echo"
    assert send(api.url, "GET", "/nowhere", upgrade).json() == {"message": "Not Found"}
    assert send(api.url, "GET", "/echo", upgrade[1:2]).status == 200  # no handshake at all


def test_an_event_above_what_lambda_takes_is_too_large(api: BuiltApi) -> None:
    assert send(api.url, "POST", "/echo", TEXT, b"x" * (6 * MEBIBYTE)).status == 413


def test_a_body_of_2_mib_arrives_whole(api: BuiltApi) -> None:
    body = b"x" * (2 * MEBIBYTE)
    assert send(api.url, "POST", "/echo", TEXT, body).json()["body"] == body.decode()


def test_an_integration_that_takes_too_long_is_unavailable(make_api: MakeApi) -> None:
    api = make_api()
    api.route("GET /warm", "slow")
    assert send(api.url, "GET", "/warm?seconds=0").body == b"late"  # its first time takes longer
    target = f"integrations/{api.integration('slow', TimeoutInMillis=5000)}"
    api.client.create_route(ApiId=api.id, RouteKey="GET /slow", Target=target)
    assert send(api.url, "GET", "/slow?seconds=0").body == b"late"
    answer = send(api.url, "GET", "/slow?seconds=15")
    assert (answer.status, answer.json()) == (503, {"message": "Service Unavailable"})


def test_what_exceeds_the_burst_of_a_stage_is_throttled(make_api: MakeApi) -> None:
    settings = {"ThrottlingRateLimit": 0.01, "ThrottlingBurstLimit": 2}
    api = make_api({"DefaultRouteSettings": settings})
    api.route("GET /a")
    api.route("GET /b")
    assert [send(api.url, "GET", "/a").status for _ in range(4)] == [200, 200, 429, 429]
    assert send(api.url, "GET", "/a").json() == {"message": "Too Many Requests"}
    assert send(api.url, "GET", "/b").status == 200, "each route has a bucket of its own"


def test_the_settings_of_a_route_override_those_of_the_stage(make_api: MakeApi) -> None:
    api = make_api({"DefaultRouteSettings": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}})
    api.route("GET /a")
    assert send(api.url, "GET", "/a").status == 429
    api.client.update_stage(
        ApiId=api.id,
        StageName="$default",
        RouteSettings={"GET /a": {"ThrottlingRateLimit": 1000.0, "ThrottlingBurstLimit": 100}},
    )
    assert [send(api.url, "GET", "/a").status for _ in range(5)] == [200] * 5
    api.client.delete_route_settings(ApiId=api.id, StageName="$default", RouteKey="GET /a")
    assert send(api.url, "GET", "/a").status == 429


def test_a_throttled_function_is_unavailable_until_its_limit_is_gone(make_api: MakeApi) -> None:
    api = make_api()
    api.route("GET /script", "scripted")
    functions, name = api.emulator.client("lambda"), api.functions["scripted"]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    throttled = send(api.url, "GET", "/script", TEXT, b'"done"')
    functions.delete_function_concurrency(FunctionName=name)
    assert (throttled.status, throttled.json()) == (503, {"message": "Service Unavailable"})
    assert send(api.url, "GET", "/script", TEXT, b'"done"').status == 200


def test_a_bucket_fills_up_again(make_api: MakeApi) -> None:
    # A request every five seconds: two that come sooner are sent on a busy machine too.
    api = make_api({"DefaultRouteSettings": {"ThrottlingRateLimit": 0.2, "ThrottlingBurstLimit": 1}})
    api.route("GET /a")
    deadline = time.monotonic() + 60
    while send(api.url, "GET", "/a").status != 429:
        assert time.monotonic() < deadline, "never throttled"
    while send(api.url, "GET", "/a").status != 200:
        assert time.monotonic() < deadline, "never let in again"


def test_without_permission_to_invoke_it_is_an_internal_error(make_api: MakeApi) -> None:
    api = make_api()
    created = api.client.create_integration(
        ApiId=api.id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=api.functions["echo"],
        PayloadFormatVersion="2.0",
    )
    target = f"integrations/{created['IntegrationId']}"
    api.client.create_route(ApiId=api.id, RouteKey="GET /things/{id}", Target=target)
    refused = send(api.url, "GET", "/things/1")
    assert (refused.status, refused.json()) == (500, {"message": "Internal Server Error"})
    api.permit("echo", "*/*/elsewhere")
    assert send(api.url, "GET", "/things/1").status == 500
    api.permit("echo", "*/*/things/{id}")
    assert send(api.url, "GET", "/things/1").status == 200


def test_20_requests_at_once_are_all_answered_each_with_its_own(api: BuiltApi) -> None:
    def ask(number: int) -> int:
        answer = send(api.url, "POST", "/echo", [("content-type", "application/json")], f"{number}".encode())
        return int(json.loads(answer.json()["body"]))

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(ask, range(60))) == list(range(60))
