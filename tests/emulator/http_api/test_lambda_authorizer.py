"""Lambda authorizers: simple responses and IAM policies."""

import pytest

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import Answer, send
from tests.emulator.http_api.conftest import MakeApi


def _get(api: BuiltApi, path: str, token: str | None = None, method: str = "GET") -> Answer:
    return send(api.url, method, path, [("x-token", token)] if token else [])


@pytest.fixture(scope="module")
def simple(make_api: MakeApi) -> BuiltApi:
    api = make_api()
    authorizer = api.lambda_authorizer("simple_authorizer")
    api.route("GET /things/{id}", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    api.route("GET /open")
    return api


def test_a_caller_who_is_let_in_is_known_to_the_function(simple: BuiltApi) -> None:
    answer = _get(simple, "/things/5", "let-me-in")
    assert answer.status == 200
    context = answer.json()["requestContext"]["authorizer"]["lambda"]
    assert context["token"] == "let-me-in"
    assert context["routeArn"] == (
        f"arn:aws:execute-api:us-east-1:000000000000:{simple.id}/$default/GET/things/5"
    )


def test_a_caller_without_identity_is_unauthorized(simple: BuiltApi) -> None:
    answer = _get(simple, "/things/5")
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_caller_who_is_denied_is_forbidden(simple: BuiltApi) -> None:
    answer = _get(simple, "/things/5", "wrong")
    assert (answer.status, answer.json()) == (403, {"message": "Forbidden"})


def test_a_malformed_answer_is_an_internal_error(simple: BuiltApi) -> None:
    answer = _get(simple, "/things/5", "nonsense")
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_route_without_an_authorizer_stays_open(simple: BuiltApi) -> None:
    answer = _get(simple, "/open")
    assert answer.status == 200
    assert "authorizer" not in answer.json()["requestContext"]


def test_a_failing_authorizer_is_an_internal_error(make_api: MakeApi) -> None:
    api = make_api()
    authorizer = api.lambda_authorizer("failing")
    api.route("GET /", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    assert _get(api, "/", "any").status == 500


def test_an_iam_policy_decides_by_method_and_path(make_api: MakeApi) -> None:
    api = make_api()
    authorizer = api.lambda_authorizer("policy_authorizer", EnableSimpleResponses=False)
    api.route("ANY /{proxy+}", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    allowed = _get(api, "/public/1", "guest")
    assert allowed.status == 200
    assert allowed.json()["requestContext"]["authorizer"]["lambda"] == {"who": "guest"}
    assert _get(api, "/public/1", "guest", "POST").status == 403
    assert _get(api, "/secret/1", "guest").status == 403
    assert _get(api, "/secret/1", "root").status == 200


def test_a_result_is_cached_by_identity(make_api: MakeApi) -> None:
    api = make_api()
    authorizer = api.lambda_authorizer(
        "simple_authorizer",
        AuthorizerResultTtlInSeconds=300,
        IdentitySource=["$request.header.x-token", "$request.querystring.user"],
    )
    api.route("GET /things", AuthorizationType="CUSTOM", AuthorizerId=authorizer)

    def asked_at(user: str) -> int:
        answer = _get(api, f"/things?user={user}", "let-me-in")
        return int(answer.json()["requestContext"]["authorizer"]["lambda"]["at"])

    first = asked_at("ada")
    assert asked_at("ada") == first
    assert asked_at("bob") != first
    api.client.reset_authorizers_cache(ApiId=api.id, StageName="$default")
    assert asked_at("ada") != first
    assert _get(api, "/things", "let-me-in").status == 401


def test_an_answer_that_is_none_is_not_cached(make_api: MakeApi) -> None:
    api = make_api()
    authorizer = api.lambda_authorizer("simple_authorizer", AuthorizerResultTtlInSeconds=300)
    api.route("GET /things", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    assert _get(api, "/things", "once").status == 500
    assert _get(api, "/things", "once").status == 403


def test_without_a_ttl_every_request_is_asked_about(simple: BuiltApi) -> None:
    answers = [_get(simple, "/things/5", "let-me-in") for _ in range(2)]
    times = {answer.json()["requestContext"]["authorizer"]["lambda"]["at"] for answer in answers}
    assert len(times) == 2
