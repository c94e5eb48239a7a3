"""AWS::ApiGatewayV2::Integration."""

from typing import ClassVar

from lab_emulator.cloudformation.resource import schema
from lab_emulator.http_api.cloudformation.base import ApiGatewayV2Resource, Properties


class IntegrationProvider(ApiGatewayV2Resource):
    """What a route calls. `Ref` is the id that a route's `Target` names."""

    TYPE = "AWS::ApiGatewayV2::Integration"
    SCHEMA = schema("IntegrationId", read_only=("IntegrationId",), create_only=("ApiId",))
    NOUN = "integration"
    KEYS = ("ApiId", "IntegrationId")
    ATTRIBUTES = ("IntegrationId",)
    UNSET: ClassVar[Properties] = {"Description": "", "TimeoutInMillis": 30_000}
