"""AWS::ApiGatewayV2::Stage."""

from typing import ClassVar

from localstack.services.cloudformation.resource_provider import ResourceRequest

from lab_emulator.cloudformation.resource import schema
from lab_emulator.http_api.cloudformation.base import ApiGatewayV2Resource, Properties


class StageProvider(ApiGatewayV2Resource):
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
