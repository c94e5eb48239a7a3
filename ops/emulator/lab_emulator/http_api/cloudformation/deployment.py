"""AWS::ApiGatewayV2::Deployment."""

from typing import ClassVar

from lab_emulator.cloudformation.resource import schema
from lab_emulator.http_api.cloudformation.base import ApiGatewayV2Resource, Properties


class DeploymentProvider(ApiGatewayV2Resource):
    """A record of a deployment; the API is served as it stands."""

    TYPE = "AWS::ApiGatewayV2::Deployment"
    SCHEMA = schema("DeploymentId", read_only=("DeploymentId",), create_only=("ApiId", "StageName"))
    NOUN = "deployment"
    KEYS = ("ApiId", "DeploymentId")
    ATTRIBUTES = ("DeploymentId",)
    UNSET: ClassVar[Properties] = {"Description": ""}
