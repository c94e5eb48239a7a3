"""AWS::ApiGatewayV2::Api."""

from typing import ClassVar

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest

from lab_emulator.cloudformation.resource import schema
from lab_emulator.http_api.cloudformation.base import ApiGatewayV2Resource, Properties

NOT_EMULATED = ("Body", "BodyS3Location", "BasePath")


class ApiProvider(ApiGatewayV2Resource):
    """An HTTP API. An OpenAPI definition is refused: routes are resources of their own."""

    TYPE = "AWS::ApiGatewayV2::Api"
    SCHEMA = schema("ApiId", read_only=("ApiId", "ApiEndpoint"), create_only=("ProtocolType",))
    NOUN = "api"
    KEYS = ("ApiId",)
    ATTRIBUTES = ("ApiId", "ApiEndpoint")
    UNSET: ClassVar[Properties] = {"Description": "", "DisableExecuteApiEndpoint": False, "Version": ""}

    def create(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        if refused := [name for name in NOT_EMULATED if name in request.desired_state]:
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
