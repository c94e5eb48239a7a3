"""Makes HTTP APIs for tests: few words a route."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.conftest import Emulator

_numbers = itertools.count()


@dataclass
class BuiltApi:
    """An API with a `$default` stage that deploys itself; `functions` are ARNs by handler name."""

    emulator: Emulator
    functions: dict[str, str]
    settings: dict[str, Any] = field(default_factory=dict)
    stage_settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = self.emulator.client("apigatewayv2")
        api = self.client.create_api(Name=f"test-{next(_numbers)}", ProtocolType="HTTP", **self.settings)
        self.id, self.url = api["ApiId"], api["ApiEndpoint"]
        self.client.create_stage(ApiId=self.id, StageName="$default", AutoDeploy=True, **self.stage_settings)

    def integration(self, function: str, **settings: Any) -> str:
        """Create an integration with a function, allow API Gateway to call it, return the id."""
        self.permit(function)
        created = self.client.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=self.functions[function],
            PayloadFormatVersion="2.0",
            **settings,
        )
        return str(created["IntegrationId"])

    def route(self, key: str, function: str = "echo", **settings: Any) -> str:
        target = f"integrations/{self.integration(function)}"
        created = self.client.create_route(ApiId=self.id, RouteKey=key, Target=target, **settings)
        return str(created["RouteId"])

    def permit(self, function: str, route: str = "*") -> None:
        """Let API Gateway call a function for the routes that match, `stage/METHOD/path`."""
        self.emulator.client("lambda").add_permission(
            FunctionName=self.functions[function],
            StatementId=f"statement-{next(_numbers)}",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:us-east-1:000000000000:{self.id}/{route}",
        )

    def lambda_authorizer(self, function: str, **settings: Any) -> str:
        """Create a REQUEST authorizer that reads the header `x-token`, and return its id."""
        self.permit(function)
        path = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{self.functions[function]}"
        defaults = {
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": f"{path}/invocations",
            "AuthorizerPayloadFormatVersion": "2.0",
            "IdentitySource": ["$request.header.x-token"],
            "EnableSimpleResponses": True,
            "AuthorizerResultTtlInSeconds": 0,
        }
        created = self.client.create_authorizer(
            ApiId=self.id,
            Name=f"authorizer-{next(_numbers)}",
            **(defaults | settings),
        )
        return str(created["AuthorizerId"])

    def delete(self) -> None:
        self.client.delete_api(ApiId=self.id)
