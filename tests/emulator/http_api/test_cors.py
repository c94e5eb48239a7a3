"""CORS: the API's configuration against what functions answer."""

import json

import pytest

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import Answer, send
from tests.emulator.http_api.conftest import MakeApi

ORIGIN = "https://lab.example"
CORS = {
    "AllowOrigins": [ORIGIN, "http://*"],
    "AllowMethods": ["GET", "POST"],
    "AllowHeaders": ["content-type", "x-api-key"],
    "ExposeHeaders": ["x-shown"],
    "AllowCredentials": True,
    "MaxAge": 300,
}


@pytest.fixture(scope="module")
def api(make_api: MakeApi) -> BuiltApi:
    api = make_api(CorsConfiguration=CORS)
    api.route("POST /scripted", "scripted")
    return api


def _preflight(api: BuiltApi, origin: str = ORIGIN, path: str = "/scripted") -> Answer:
    headers = [("origin", origin), ("access-control-request-method", "POST")]
    return send(api.url, "OPTIONS", path, headers)


def _cors_headers(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name.startswith("access-control-")}


def test_a_preflight_is_answered_without_a_route(api: BuiltApi) -> None:
    answer = _preflight(api, path="/no/such/route")
    assert (answer.status, answer.body) == (204, b"")
    assert _cors_headers(answer) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "content-type,x-api-key",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-shown",
        "access-control-max-age": "300",
    }


def test_a_preflight_from_elsewhere_allows_nothing(api: BuiltApi) -> None:
    answer = _preflight(api, "https://evil.example")
    assert (answer.status, _cors_headers(answer)) == (204, {})


def test_any_origin_of_a_scheme_can_be_allowed(api: BuiltApi) -> None:
    origin = "http://localhost:3000"
    assert _cors_headers(_preflight(api, origin))["access-control-allow-origin"] == origin


def test_the_configuration_overrides_the_function(api: BuiltApi) -> None:
    result = {
        "statusCode": 200,
        "headers": {"Access-Control-Allow-Origin": "*", "access-control-max-age": "1", "x-shown": "yes"},
    }
    headers = [("origin", ORIGIN), ("content-type", "application/json")]
    answer = send(api.url, "POST", "/scripted", headers, json.dumps(result).encode())
    assert answer.header("x-shown") == "yes"
    assert _cors_headers(answer) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-shown",
    }


def test_a_refusal_has_cors_headers_too(api: BuiltApi) -> None:
    answer = send(api.url, "GET", "/nowhere", [("origin", ORIGIN)])
    assert answer.status == 404
    assert answer.header("access-control-allow-origin") == ORIGIN


def test_without_a_configuration_the_function_decides(make_api: MakeApi) -> None:
    api = make_api()
    api.route("ANY /scripted", "scripted")
    result = {"statusCode": 202, "headers": {"access-control-allow-origin": "https://own.example"}}
    headers = [
        ("origin", ORIGIN),
        ("access-control-request-method", "PUT"),
        ("content-type", "application/json"),
    ]
    answer = send(api.url, "OPTIONS", "/scripted", headers, json.dumps(result).encode())
    assert (answer.status, _cors_headers(answer)) == (
        202,
        {"access-control-allow-origin": "https://own.example"},
    )


def test_all_origins_are_a_star(make_api: MakeApi) -> None:
    api = make_api(CorsConfiguration={"AllowOrigins": ["*"], "AllowMethods": ["*"]})
    answer = _preflight(api)
    assert _cors_headers(answer) == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "*",
    }


def test_a_preflight_on_a_route_that_catches_options_is_authorized_first(make_api: MakeApi) -> None:
    api = make_api(CorsConfiguration=CORS)
    authorizer = api.lambda_authorizer("simple_authorizer")
    api.route("$default", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    assert _preflight(api, path="/any").status == 401
    api.route("OPTIONS /{proxy+}")
    assert _preflight(api, path="/any").status == 204
