"""Which route answers."""

import pytest

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import send
from tests.emulator.http_api.conftest import MakeApi

ROUTES = (
    "GET /pets/dog/1",
    "GET /pets/dog/{id}",
    "GET /pets/{proxy+}",
    "ANY /pets/dog/1",
    "ANY /any/{proxy+}",
    "GET /a/{x}/c",
    "GET /{x}/b/c",
)


@pytest.fixture(scope="module")
def api(make_api: MakeApi) -> BuiltApi:
    api = make_api()
    for key in ROUTES:
        api.route(key)
    return api


@pytest.mark.parametrize(
    ("method", "path", "route_key", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", None),
        ("POST", "/pets/dog/1", "ANY /pets/dog/1", None),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}", {"proxy": "cat/1"}),
        ("DELETE", "/any/x/y/z", "ANY /any/{proxy+}", {"proxy": "x/y/z"}),
        ("GET", "/a/b/c", "GET /a/{x}/c", {"x": "b"}),
        ("GET", "/z/b/c", "GET /{x}/b/c", {"x": "z"}),
        ("GET", "/pets/dog/a%2Fb%20%C3%A9", "GET /pets/dog/{id}", {"id": "a/b é"}),
    ],
)
def test_the_most_specific_route_answers(
    api: BuiltApi, method: str, path: str, route_key: str, parameters: dict[str, str] | None
) -> None:
    answer = send(api.url, method, path)
    assert answer.status == 200, answer.body
    assert answer.json()["routeKey"] == route_key
    assert answer.json().get("pathParameters") == parameters


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/pets/dog/2"),
        ("GET", "/pets"),
        ("GET", "/a/b/c/"),
        ("GET", "/a//c"),
        ("GET", "/"),
        ("GET", "//a/b/c"),
    ],
)
def test_what_no_route_matches_is_not_found(api: BuiltApi, method: str, path: str) -> None:
    answer = send(api.url, method, path)
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})
    assert answer.header("apigw-requestid")


def test_the_default_route_takes_what_is_left(make_api: MakeApi) -> None:
    api = make_api()
    api.route("$default")
    api.route("GET /known")
    assert send(api.url, "GET", "/known").json()["routeKey"] == "GET /known"
    left = send(api.url, "PATCH", "/what/ever").json()
    assert (left["routeKey"], left["rawPath"]) == ("$default", "/what/ever")
    assert send(api.url, "GET", "").json()["rawPath"] == "/"


def test_a_named_stage_is_the_first_segment_of_the_path(make_api: MakeApi) -> None:
    api = make_api()
    api.route("GET /things")
    api.client.create_stage(ApiId=api.id, StageName="dev", StageVariables={"colour": "blue"})
    event = send(api.url, "GET", "/dev/things").json()
    assert event["requestContext"]["stage"] == "dev"
    assert event["stageVariables"] == {"colour": "blue"}
    assert (event["rawPath"], event["routeKey"]) == ("/dev/things", "GET /things")
    assert send(api.url, "GET", "/things").json()["requestContext"]["stage"] == "$default"
    api.client.delete_stage(ApiId=api.id, StageName="dev")
    assert send(api.url, "GET", "/dev/things").status == 404


def test_an_api_answers_by_its_host_name_too(make_api: MakeApi, functions: dict[str, str]) -> None:
    api = make_api()
    api.route("GET /things")
    root = api.url.partition("/_aws")[0]
    answer = send(root, "GET", "/things", [("host", f"{api.id}.execute-api.us-east-1.amazonaws.com")])
    assert answer.json()["rawPath"] == "/things"


def test_an_unknown_api_is_not_found(make_api: MakeApi) -> None:
    root = make_api().url.rpartition("/")[0]
    assert send(f"{root}/nosuchapi", "GET", "/things").status == 404


def test_a_disabled_endpoint_is_not_found(make_api: MakeApi) -> None:
    api = make_api(DisableExecuteApiEndpoint=True)
    api.route("GET /things")
    assert send(api.url, "GET", "/things").status == 404


def test_rest_apis_and_http_apis_share_the_execute_api_paths(make_api: MakeApi) -> None:
    api = make_api()
    api.route("GET /things/{id}")
    rest = api.emulator.client("apigateway")
    rest_id = rest.create_rest_api(name="v1")["id"]
    root_id = rest.get_resources(restApiId=rest_id)["items"][0]["id"]
    target = {"restApiId": rest_id, "resourceId": root_id, "httpMethod": "GET"}
    rest.put_method(**target, authorizationType="NONE")
    rest.put_integration(**target, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    rest.put_method_response(**target, statusCode="200")
    rest.put_integration_response(**target, statusCode="200")
    rest.create_deployment(restApiId=rest_id, stageName="v1")
    base = api.url.rpartition("/")[0]
    assert send(f"{base}/{rest_id}", "GET", "/v1").status == 200
    assert send(f"{base}/{rest_id}", "GET", "/v1/").status == 200
    assert send(api.url, "GET", "/things/7").json()["pathParameters"] == {"id": "7"}
    assert send(api.url, "GET", "/things").status == 404
    rest.delete_rest_api(restApiId=rest_id)
