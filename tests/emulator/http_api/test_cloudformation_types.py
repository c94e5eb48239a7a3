"""The CloudFormation types, by a template of the kind that the CDK writes."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from tests.emulator.conftest import Emulator
from tests.emulator.http_api.client import send

STACK = "http-api-tests"
ORIGIN = "https://lab.example"


def _ref(name: str) -> dict[str, Any]:
    return {"Ref": name}


def _resource(kind: str, depends_on: str | None = None, /, **properties: Any) -> dict[str, Any]:
    resource = {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": properties}
    return resource | ({"DependsOn": depends_on} if depends_on else {})


def _permission(function_arn: str, logical_id: str = "Api") -> dict[str, Any]:
    source = ["arn:aws:execute-api:us-east-1:", _ref("AWS::AccountId"), ":", _ref(logical_id), "/*"]
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": function_arn,
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Join": ["", source]},
        },
    }


def _template(functions: dict[str, str]) -> dict[str, Any]:
    invocations = ["arn:aws:apigateway:", _ref("AWS::Region"), ":lambda:path/2015-03-31/functions/"]
    uri = {"Fn::Join": ["", [*invocations, functions["simple_authorizer"], "/invocations"]]}
    api = {"ApiId": _ref("Api")}
    return {
        "Resources": {
            "Api": _resource(
                "Api",
                Name="templated",
                ProtocolType="HTTP",
                CorsConfiguration={"AllowOrigins": [ORIGIN], "AllowMethods": ["GET"]},
                Tags={"team": "lab"},
            ),
            "Stage": _resource("Stage", **api, StageName="$default", AutoDeploy=True),
            "Integration": _resource(
                "Integration",
                **api,
                IntegrationType="AWS_PROXY",
                IntegrationUri=functions["echo"],
                PayloadFormatVersion="2.0",
            ),
            "Authorizer": _resource(
                "Authorizer",
                **api,
                Name="token",
                AuthorizerType="REQUEST",
                AuthorizerUri=uri,
                AuthorizerPayloadFormatVersion="2.0",
                AuthorizerResultTtlInSeconds=0,
                EnableSimpleResponses=True,
                IdentitySource=["$request.header.x-token"],
            ),
            "Route": _resource(
                "Route",
                **api,
                RouteKey="GET /things",
                Target={"Fn::Join": ["", ["integrations/", _ref("Integration")]]},
                AuthorizationType="CUSTOM",
                AuthorizerId=_ref("Authorizer"),
            ),
            "Deployment": _resource("Deployment", "Route", **api, Description="first"),
            "EchoPermission": _permission(functions["echo"]),
            "AuthorizerPermission": _permission(functions["simple_authorizer"]),
        },
        "Outputs": {
            "Url": {"Value": {"Fn::GetAtt": ["Api", "ApiEndpoint"]}},
            "ApiId": {"Value": {"Fn::GetAtt": ["Api", "ApiId"]}},
            "ApiRef": {"Value": _ref("Api")},
            "StageRef": {"Value": _ref("Stage")},
            "IntegrationId": {"Value": _ref("Integration")},
            "RouteId": {"Value": {"Fn::GetAtt": ["Route", "RouteId"]}},
            "AuthorizerId": {"Value": {"Fn::GetAtt": ["Authorizer", "AuthorizerId"]}},
        },
    }


class Stack:
    """The stack under test, created, updated and deleted through the API."""

    def __init__(self, emulator: Emulator) -> None:
        self.client = emulator.client("cloudformation")
        self.apis = emulator.client("apigatewayv2")

    def apply(self, template: dict[str, Any], verb: str) -> dict[str, str]:
        """Create or update the stack, and return its outputs."""
        getattr(self.client, f"{verb}_stack")(StackName=STACK, TemplateBody=json.dumps(template))
        self.client.get_waiter(f"stack_{verb}_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
        (stack,) = self.client.describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def delete(self) -> None:
        self.client.delete_stack(StackName=STACK)
        self.client.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})


@pytest.fixture
def stack(emulator: Emulator) -> Iterator[Stack]:
    stack = Stack(emulator)
    yield stack
    stack.delete()


def test_every_type_is_created_and_refers_to_the_others(stack: Stack, functions: dict[str, str]) -> None:
    outputs = stack.apply(_template(functions), "create")
    assert outputs["ApiId"] == outputs["ApiRef"]
    assert outputs["StageRef"] == "$default"
    (route,) = stack.apis.get_routes(ApiId=outputs["ApiId"])["Items"]
    assert route["RouteId"] == outputs["RouteId"]
    assert route["Target"] == f"integrations/{outputs['IntegrationId']}"
    assert route["AuthorizerId"] == outputs["AuthorizerId"]
    assert stack.apis.get_api(ApiId=outputs["ApiId"])["Tags"] == {"team": "lab"}
    assert [item["Description"] for item in stack.apis.get_deployments(ApiId=outputs["ApiId"])["Items"]] == [
        "first"
    ]
    assert send(outputs["Url"], "GET", "/things").status == 401
    assert send(outputs["Url"], "GET", "/things", [("x-token", "let-me-in")]).status == 200


def test_an_update_changes_resources_in_place(stack: Stack, functions: dict[str, str]) -> None:
    template = _template(functions)
    before = stack.apply(template, "create")
    changed = copy.deepcopy(template)
    properties = {name: resource["Properties"] for name, resource in changed["Resources"].items()}
    del properties["Api"]["CorsConfiguration"]
    properties["Api"]["Tags"] = {"owner": "me"}
    properties["Stage"]["StageVariables"] = {"colour": "blue"}
    properties["Integration"]["TimeoutInMillis"] = 1000
    properties["Route"]["RouteKey"] = "GET /others"
    del properties["Route"]["AuthorizationType"], properties["Route"]["AuthorizerId"]
    properties["Authorizer"]["Name"] = "renamed"
    after = stack.apply(changed, "update")
    assert after == before, "nothing was replaced"
    api = stack.apis.get_api(ApiId=after["ApiId"])
    assert "CorsConfiguration" not in api
    assert api["Tags"] == {"owner": "me"}
    integration = stack.apis.get_integration(ApiId=after["ApiId"], IntegrationId=after["IntegrationId"])
    assert integration["TimeoutInMillis"] == 1000
    assert stack.apis.get_authorizers(ApiId=after["ApiId"])["Items"][0]["Name"] == "renamed"
    answer = send(after["Url"], "GET", "/others")
    assert answer.json()["stageVariables"] == {"colour": "blue"}
    assert send(after["Url"], "GET", "/things").status == 404
    again = stack.apply(template, "update")
    assert again == before
    assert send(again["Url"], "GET", "/things").status == 401


def test_a_resource_taken_out_of_the_template_is_deleted(stack: Stack, functions: dict[str, str]) -> None:
    template = _template(functions)
    outputs = stack.apply(template, "create")
    smaller = copy.deepcopy(template)
    for name in ("Route", "Deployment"):
        del smaller["Resources"][name]
    del smaller["Outputs"]["RouteId"]
    stack.apply(smaller, "update")
    assert stack.apis.get_routes(ApiId=outputs["ApiId"])["Items"] == []


@pytest.mark.parametrize("gone_first", ["api", "route"])
def test_deleting_what_is_gone_is_success(
    emulator: Emulator, functions: dict[str, str], gone_first: str
) -> None:
    stack = Stack(emulator)
    outputs = stack.apply(_template(functions), "create")
    if gone_first == "api":
        stack.apis.delete_api(ApiId=outputs["ApiId"])
    else:
        stack.apis.delete_route(ApiId=outputs["ApiId"], RouteId=outputs["RouteId"])
    stack.delete()
    assert outputs["ApiId"] not in {api["ApiId"] for api in stack.apis.get_apis()["Items"]}
    assert send(outputs["Url"], "GET", "/things").status == 404


def test_what_cannot_be_served_fails_the_stack(stack: Stack, functions: dict[str, str]) -> None:
    resources = _template(functions)["Resources"]
    template = {"Resources": {name: resources[name] for name in ("Api", "Integration")}}
    template["Resources"]["Integration"]["Properties"]["PayloadFormatVersion"] = "1.0"
    stack.client.create_stack(StackName=STACK, TemplateBody=json.dumps(template), OnFailure="DO_NOTHING")
    waiter = stack.client.get_waiter("stack_create_complete")
    with pytest.raises(WaiterError, match=r"CREATE_FAILED|ROLLBACK"):
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 1})
    events = stack.client.describe_stack_events(StackName=STACK)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert any("Payload format version 1.0" in reason for reason in reasons), reasons
