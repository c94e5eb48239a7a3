"""AWS::ApiGatewayV2::Authorizer."""

from typing import ClassVar

from lab_emulator.cloudformation.resource import schema
from lab_emulator.http_api.cloudformation.base import ApiGatewayV2Resource, Properties


class AuthorizerProvider(ApiGatewayV2Resource):
    """A Lambda function or a JWT issuer that says who may call a route."""

    TYPE = "AWS::ApiGatewayV2::Authorizer"
    SCHEMA = schema("AuthorizerId", read_only=("AuthorizerId",), create_only=("ApiId",))
    NOUN = "authorizer"
    KEYS = ("ApiId", "AuthorizerId")
    ATTRIBUTES = ("AuthorizerId",)
    UNSET: ClassVar[Properties] = {"AuthorizerResultTtlInSeconds": 0, "EnableSimpleResponses": False}
