"""Edge: the HTTP API, its routes, and who may call them."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from constructs import Construct

from infra.constructs.authorizer import ApiKeyAuthorizer, jwt_authorizer
from infra.constructs.code_asset import CodeAsset
from infra.constructs.http_api import HttpApi
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.removal_policy import removal_policy
from infra.settings import Settings
from infra.stacks.functions_stack import FunctionsStack
from infra.stacks.queue_stack import QueueStack

REDRIVE_ROUTES = (
    "GET /redrive/preview",
    "POST /redrive/start",
    "GET /redrive/jobs/{id}",
    "POST /redrive/cancel",
)


class ApiStack(Stack):
    """The one way in for clients and for operators."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        data: QueueStack,
        compute: FunctionsStack,
        code: CodeAsset,
        settings: Settings,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id_, **kwargs)
        self.authorizer: LambdaFn | None = None
        self.http = HttpApi(
            self,
            "Http",
            cors_origin=settings.cors_origin,
            authorizer=self._authorizer(data, code, settings),
            throttle_rate_per_second=settings.throttle_rate_per_second,
            throttle_burst=settings.throttle_burst,
            log_retention_days=settings.log_retention_days,
            removal_policy=removal_policy(settings),
        )
        ingest, redrive = compute.ingest.function, compute.redrive.function
        self.http.route(ingest, "Ingest", ["POST /events"])
        # Load balancers and probes have no credentials, and it reveals nothing.
        self.http.route(ingest, "Health", ["GET /health"], open_=True)
        self.http.route(redrive, "Redrive", REDRIVE_ROUTES)

        CfnOutput(self, "ApiUrl", value=self.http.api.api_endpoint)

    def _authorizer(
        self, data: QueueStack, code: CodeAsset, settings: Settings
    ) -> apigwv2.IHttpRouteAuthorizer | None:
        if settings.auth_mode == "jwt":
            return jwt_authorizer(settings)
        if settings.auth_mode == "none":
            return None
        api_key = ApiKeyAuthorizer(self, "Auth", code=code.code(), key=data.key, settings=settings)
        CfnOutput(self, "ApiKeySecretArn", value=api_key.secret.secret_arn)
        self.authorizer = api_key.authorizer
        return api_key.route_authorizer
