"""CloudFormation types AWS::ApiGatewayV2::*, which LocalStack lacks.

Api, Authorizer, Deployment, Integration, Route and Stage are each one noun of one API client: their classes
hold the names, and ApiGatewayV2Provider does the work. LocalStack finds them by the plug-ins at the end.
"""

import contextlib
from typing import Any, ClassVar

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from lab_emulator.cloudformation.resource import done, schema

Properties = dict[str, Any]

REFUSED_API_PROPERTIES = ("Body", "BodyS3Location", "BasePath")


class ApiGatewayV2Provider(ResourceProvider[Properties]):
    """Create, update in place and delete by `<verb>_<noun>` of the apigatewayv2 client.

    LocalStack's client drops properties that the operation does not take and converts the
    types of the others, so that a resource's properties serve as the call's parameters.
    """

    NOUN: ClassVar[str]
    KEYS: ClassVar[tuple[str, ...]]  # what names the resource to Update and Delete
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()  # taken from the answer to Create: for Ref and GetAtt
    UNSET: ClassVar[Properties] = {}  # what to send for a property that the template has no more

    def create(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        answer = self._call("create", request, request.desired_state)
        return done(request.desired_state | {name: answer[name] for name in self.ATTRIBUTES})

    def update(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        before, after = request.previous_state or {}, request.desired_state
        kept = {name: before[name] for name in (*self.KEYS, *self.ATTRIBUTES)}
        unset = {name: value for name, value in self.UNSET.items() if name in before and name not in after}
        self._call("update", request, unset | after | kept)
        self.tidy(request, before, after)
        return done(after | kept)

    def delete(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        """Delete the resource. What went before, alone or with its API, or never came, is success too."""
        state = request.desired_state
        client = request.aws_client_factory.apigatewayv2
        if all(name in state for name in self.KEYS):
            with contextlib.suppress(client.exceptions.NotFoundException):
                self._call("delete", request, {name: state[name] for name in self.KEYS})
        return done({})

    def tidy(self, request: ResourceRequest[Properties], before: Properties, after: Properties) -> None:
        """Do what an update needs beside the Update operation."""

    def _call(self, verb: str, request: ResourceRequest[Properties], parameters: Properties) -> Properties:
        operation = getattr(request.aws_client_factory.apigatewayv2, f"{verb}_{self.NOUN}")
        answer: Properties = operation(**parameters)
        return answer


class ApiProvider(ApiGatewayV2Provider):
    """An HTTP API. An OpenAPI definition is refused: routes are resources of their own."""

    TYPE = "AWS::ApiGatewayV2::Api"
    SCHEMA = schema("ApiId", read_only=("ApiId", "ApiEndpoint"), create_only=("ProtocolType",))
    NOUN = "api"
    KEYS = ("ApiId",)
    ATTRIBUTES = ("ApiId", "ApiEndpoint")
    UNSET: ClassVar[Properties] = {"Description": "", "DisableExecuteApiEndpoint": False, "Version": ""}

    def create(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        if refused := [name for name in REFUSED_API_PROPERTIES if name in request.desired_state]:
            raise ValueError(f"{', '.join(refused)} of AWS::ApiGatewayV2::Api is not emulated")
        return super().create(request)

    def tidy(self, request: ResourceRequest[Properties], before: Properties, after: Properties) -> None:
        """Drop CORS, and follow the tags: UpdateApi can do neither."""
        client, api_id = request.aws_client_factory.apigatewayv2, before["ApiId"]
        if "CorsConfiguration" in before and "CorsConfiguration" not in after:
            client.delete_cors_configuration(ApiId=api_id)
        arn = f"arn:aws:apigateway:{request.region_name}::/apis/{api_id}"
        old, new = before.get("Tags") or {}, after.get("Tags") or {}
        if gone := sorted(old.keys() - new.keys()):
            client.untag_resource(ResourceArn=arn, TagKeys=gone)
        if new != old:
            client.tag_resource(ResourceArn=arn, Tags=new)


class AuthorizerProvider(ApiGatewayV2Provider):
    """A Lambda function or a JWT issuer that says who may call a route."""

    TYPE = "AWS::ApiGatewayV2::Authorizer"
    SCHEMA = schema("AuthorizerId", read_only=("AuthorizerId",), create_only=("ApiId",))
    NOUN = "authorizer"
    KEYS = ("ApiId", "AuthorizerId")
    ATTRIBUTES = ("AuthorizerId",)
    UNSET: ClassVar[Properties] = {"AuthorizerResultTtlInSeconds": 0, "EnableSimpleResponses": False}


class DeploymentProvider(ApiGatewayV2Provider):
    """A record of a deployment; the API is served as it stands."""

    TYPE = "AWS::ApiGatewayV2::Deployment"
    SCHEMA = schema("DeploymentId", read_only=("DeploymentId",), create_only=("ApiId", "StageName"))
    NOUN = "deployment"
    KEYS = ("ApiId", "DeploymentId")
    ATTRIBUTES = ("DeploymentId",)
    UNSET: ClassVar[Properties] = {"Description": ""}


class IntegrationProvider(ApiGatewayV2Provider):
    """What a route calls. `Ref` is the id that a route's `Target` names."""

    TYPE = "AWS::ApiGatewayV2::Integration"
    SCHEMA = schema("IntegrationId", read_only=("IntegrationId",), create_only=("ApiId",))
    NOUN = "integration"
    KEYS = ("ApiId", "IntegrationId")
    ATTRIBUTES = ("IntegrationId",)
    UNSET: ClassVar[Properties] = {"Description": "", "TimeoutInMillis": 30_000}


class RouteProvider(ApiGatewayV2Provider):
    """A method and a path, the integration that answers them, and who may ask."""

    TYPE = "AWS::ApiGatewayV2::Route"
    SCHEMA = schema("RouteId", read_only=("RouteId",), create_only=("ApiId",))
    NOUN = "route"
    KEYS = ("ApiId", "RouteId")
    ATTRIBUTES = ("RouteId",)
    UNSET: ClassVar[Properties] = {
        "AuthorizationScopes": [],
        "AuthorizationType": "NONE",
        "OperationName": "",
    }


class StageProvider(ApiGatewayV2Provider):
    """A stage. Its name is the template's own, so that Create adds no attribute."""

    TYPE = "AWS::ApiGatewayV2::Stage"
    SCHEMA = schema("StageName", read_only=(), create_only=("ApiId", "StageName"))
    NOUN = "stage"
    KEYS = ("ApiId", "StageName")
    UNSET: ClassVar[Properties] = {
        "AutoDeploy": False,
        "DefaultRouteSettings": {"DetailedMetricsEnabled": False},
        "Description": "",
        "RouteSettings": {},
        "StageVariables": {},
    }

    def tidy(self, request: ResourceRequest[Properties], before: Properties, after: Properties) -> None:
        if "AccessLogSettings" in before and "AccessLogSettings" not in after:
            client = request.aws_client_factory.apigatewayv2
            client.delete_access_log_settings(ApiId=before["ApiId"], StageName=before["StageName"])


class ApiPlugin(CloudFormationResourceProviderPlugin):
    name, factory = ApiProvider.TYPE, ApiProvider


class AuthorizerPlugin(CloudFormationResourceProviderPlugin):
    name, factory = AuthorizerProvider.TYPE, AuthorizerProvider


class DeploymentPlugin(CloudFormationResourceProviderPlugin):
    name, factory = DeploymentProvider.TYPE, DeploymentProvider


class IntegrationPlugin(CloudFormationResourceProviderPlugin):
    name, factory = IntegrationProvider.TYPE, IntegrationProvider


class RoutePlugin(CloudFormationResourceProviderPlugin):
    name, factory = RouteProvider.TYPE, RouteProvider


class StagePlugin(CloudFormationResourceProviderPlugin):
    name, factory = StageProvider.TYPE, StageProvider


PLUGINS = (ApiPlugin, AuthorizerPlugin, DeploymentPlugin, IntegrationPlugin, RoutePlugin, StagePlugin)
