"""The apigatewayv2 API: what is kept, what is refused."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import send
from tests.emulator.http_api.conftest import MakeApi


@pytest.fixture(scope="module")
def api(make_api: MakeApi) -> BuiltApi:
    return make_api()


def _code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_the_endpoint_needs_no_dns(api: BuiltApi) -> None:
    expected = f"{api.emulator.endpoint}/_aws/execute-api/{api.id}"
    assert api.url == expected
    assert api.client.get_api(ApiId=api.id)["ApiEndpoint"] == expected
    assert api.client.update_api(ApiId=api.id, Description="x")["ApiEndpoint"] == expected
    listed = {item["ApiId"]: item["ApiEndpoint"] for item in api.client.get_apis()["Items"]}
    assert listed[api.id] == expected


def test_a_stage_keeps_its_settings_and_can_change_them(make_api: MakeApi) -> None:
    api = make_api()
    name = {"ApiId": api.id, "StageName": "dev"}
    logs = {"DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:g", "Format": "$context.status"}
    limits = {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2.5}
    api.client.create_stage(**name, AutoDeploy=True, StageVariables={"kept-Name": "v"})
    updated = api.client.update_stage(
        **name, AccessLogSettings=logs, DefaultRouteSettings=limits, RouteSettings={"GET /x": limits}
    )
    stage = api.client.get_stage(**name)
    for answer in (updated, stage):
        assert answer["AccessLogSettings"] == logs
        assert answer["DefaultRouteSettings"] == limits
        assert answer["RouteSettings"] == {"GET /x": limits}
        assert answer["StageVariables"] == {"kept-Name": "v"}
        assert answer["AutoDeploy"] is True
    api.client.delete_access_log_settings(**name)
    api.client.delete_route_settings(**name, RouteKey="GET /x")
    stage = api.client.get_stage(**name)
    assert "AccessLogSettings" not in stage
    assert stage["RouteSettings"] == {}


def test_an_authorizer_keeps_its_settings(make_api: MakeApi) -> None:
    api = make_api()
    authorizer_id = api.lambda_authorizer("simple_authorizer", AuthorizerResultTtlInSeconds=60)
    (kept,) = api.client.get_authorizers(ApiId=api.id)["Items"]
    assert kept["AuthorizerId"] == authorizer_id
    assert kept["AuthorizerPayloadFormatVersion"] == "2.0"
    assert kept["EnableSimpleResponses"] is True
    assert kept["IdentitySource"] == ["$request.header.x-token"]
    assert kept["AuthorizerResultTtlInSeconds"] == 60


def test_a_route_can_lose_its_authorizer(make_api: MakeApi) -> None:
    api = make_api()
    authorizer_id = api.lambda_authorizer("simple_authorizer")
    route_id = api.route("GET /x", AuthorizationType="CUSTOM", AuthorizerId=authorizer_id)
    assert send(api.url, "GET", "/x").status == 401
    updated = api.client.update_route(ApiId=api.id, RouteId=route_id, AuthorizationType="NONE")
    assert "AuthorizerId" not in updated
    assert send(api.url, "GET", "/x").status == 200


def test_a_deployment_is_a_record(api: BuiltApi) -> None:
    created = api.client.create_deployment(ApiId=api.id, StageName="$default", Description="first")
    name = {"ApiId": api.id, "DeploymentId": created["DeploymentId"]}
    assert created["DeploymentStatus"] == "DEPLOYED"
    assert api.client.update_deployment(**name, Description="second")["Description"] == "second"
    assert [item["Description"] for item in api.client.get_deployments(ApiId=api.id)["Items"]] == ["second"]
    api.client.delete_deployment(**name)
    with pytest.raises(ClientError) as refused:
        api.client.get_deployment(**name)
    assert _code(refused) == "NotFoundException"


@pytest.mark.parametrize(
    "settings",
    [
        {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"},
        {"Target": "arn:aws:lambda:us-east-1:000000000000:function:f"},
        {"CorsConfiguration": {"AllowOrigins": ["*"], "AllowCredentials": True}},
        {"CorsConfiguration": {"MaxAge": 100_000}},
    ],
    ids=str,
)
def test_an_api_that_cannot_be_served_is_refused(api: BuiltApi, settings: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        api.client.create_api(**({"Name": "refused", "ProtocolType": "HTTP"} | settings))
    assert _code(refused) == "BadRequestException"


@pytest.mark.parametrize(
    "settings",
    [
        {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://127.0.0.1"},
        {"IntegrationSubtype": "SQS-SendMessage"},
        {"PayloadFormatVersion": "1.0"},
        {"PayloadFormatVersion": None},
        {"IntegrationUri": "arn:aws:sqs:us-east-1:000000000000:q"},
        {"TimeoutInMillis": 30_001},
        {"RequestParameters": {"overwrite:path": "/x"}},
    ],
    ids=str,
)
def test_an_integration_that_cannot_be_served_is_refused(api: BuiltApi, settings: dict[str, Any]) -> None:
    good = {
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": api.functions["echo"],
        "PayloadFormatVersion": "2.0",
    }
    wanted = {name: value for name, value in (good | settings).items() if value is not None}
    with pytest.raises(ClientError) as refused:
        api.client.create_integration(ApiId=api.id, **wanted)
    assert _code(refused) == "BadRequestException"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"RouteKey": "/no-method"}, "BadRequestException"),
        ({"RouteKey": "FETCH /x"}, "BadRequestException"),
        ({"RouteKey": "GET /{all+}/x"}, "BadRequestException"),
        ({"RouteKey": "GET /taken"}, "ConflictException"),
        ({"Target": "integrations/gone"}, "BadRequestException"),
        ({"AuthorizationType": "AWS_IAM"}, "BadRequestException"),
        ({"AuthorizationType": "JWT", "AuthorizerId": "gone"}, "BadRequestException"),
        ({"ApiId": "gone"}, "NotFoundException"),
    ],
    ids=str,
)
def test_a_bad_route_is_refused(make_api: MakeApi, settings: dict[str, Any], code: str) -> None:
    api = make_api()
    api.route("GET /taken")
    with pytest.raises(ClientError) as refused:
        api.client.create_route(**({"ApiId": api.id, "RouteKey": "GET /x"} | settings))
    assert _code(refused) == code


@pytest.mark.parametrize(
    "settings",
    [
        {"AuthorizerUri": "arn:aws:sqs:us-east-1:000000000000:q"},
        {"AuthorizerPayloadFormatVersion": "1.0", "EnableSimpleResponses": False},
        {"AuthorizerResultTtlInSeconds": 3601},
        {"AuthorizerResultTtlInSeconds": 60, "IdentitySource": []},
        {"IdentitySource": ["header.x"]},
        {"AuthorizerType": "JWT"},
    ],
    ids=str,
)
def test_a_bad_authorizer_is_refused(api: BuiltApi, settings: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        api.lambda_authorizer("simple_authorizer", **settings)
    assert _code(refused) == "BadRequestException"


@pytest.mark.parametrize(
    "settings", [{"StageName": "a/b"}, {"AccessLogSettings": {"DestinationArn": "nowhere"}}]
)
def test_a_bad_stage_is_refused(api: BuiltApi, settings: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        api.client.create_stage(**({"ApiId": api.id, "StageName": "x"} | settings))
    assert _code(refused) == "BadRequestException"


def test_a_stage_is_created_once(api: BuiltApi) -> None:
    with pytest.raises(ClientError) as refused:
        api.client.create_stage(ApiId=api.id, StageName="$default")
    assert _code(refused) == "ConflictException"


@pytest.mark.parametrize("child", ["route", "integration", "authorizer", "deployment"])
def test_what_is_gone_cannot_be_changed_or_deleted(api: BuiltApi, child: str) -> None:
    name = {"ApiId": api.id, f"{child.capitalize()}Id": "gone"}
    for verb in ("get", "update", "delete"):
        with pytest.raises(ClientError) as refused:
            getattr(api.client, f"{verb}_{child}")(**name)
        assert _code(refused) == "NotFoundException", verb
