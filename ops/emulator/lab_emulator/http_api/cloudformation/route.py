"""AWS::ApiGatewayV2::Route."""

from typing import ClassVar

from lab_emulator.cloudformation.resource import schema
from lab_emulator.http_api.cloudformation.base import ApiGatewayV2Resource, Properties


class RouteProvider(ApiGatewayV2Resource):
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
