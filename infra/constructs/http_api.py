"""HTTP API in front of the functions."""

import json
from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.authorizer import API_KEY_HEADER
from infra.constructs.log_group import log_group, plain_arn

# What a browser may send: a body's type, a caller's own key for an event, and either way to authenticate.
CORS_HEADERS = ("authorization", "content-type", "idempotency-key", API_KEY_HEADER)

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "routeKey": "$context.routeKey",
    "path": "$context.path",
    "status": "$context.status",
    "responseLatencyMs": "$context.responseLatency",
    "integrationLatencyMs": "$context.integrationLatency",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
    "errorMessage": "$context.error.message",
}


class HttpApi(Construct):
    """An API with one throttled `$default` stage that logs each request."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cors_origin: str | None,
        authorizer: apigwv2.IHttpRouteAuthorizer | None,
        throttle_rate_per_second: int,
        throttle_burst: int,
        log_retention_days: int,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id_)
        self.api = apigwv2.HttpApi(
            self,
            "Api",
            description="The ingestion lab: events in, dead letters back",
            create_default_stage=False,
            default_authorizer=authorizer,
            cors_preflight=_cors(cors_origin) if cors_origin else None,
        )
        self.access_log = log_group(
            self, "AccessLog", retention_days=log_retention_days, removal_policy=removal_policy
        )
        self.stage = apigwv2.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigwv2.ThrottleSettings(
                rate_limit=throttle_rate_per_second, burst_limit=throttle_burst
            ),
        )
        # By the L1: the L2 takes its settings as an object of a class that Python would have to write.
        cfn_stage = self.stage.node.default_child
        assert isinstance(cfn_stage, apigwv2.CfnStage)
        cfn_stage.access_log_settings = apigwv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=plain_arn(self.access_log), format=json.dumps(ACCESS_LOG_FIELDS)
        )

    def route(
        self, function: lambda_.IFunction, name: str, routes: Sequence[str], *, open_: bool = False
    ) -> None:
        """Send routes such as `POST /events` to a function; open ones need no authorization."""
        integration = integrations.HttpLambdaIntegration(name, function)
        for method, path in (route.split(" ", 1) for route in routes):
            self.api.add_routes(
                path=path,
                methods=[apigwv2.HttpMethod(method)],
                integration=integration,
                authorizer=apigwv2.HttpNoneAuthorizer() if open_ else None,
            )


def _cors(origin: str) -> apigwv2.CorsPreflightOptions:
    return apigwv2.CorsPreflightOptions(
        allow_origins=[origin],
        allow_methods=[apigwv2.CorsHttpMethod.GET, apigwv2.CorsHttpMethod.POST],
        allow_headers=list(CORS_HEADERS),
        expose_headers=["retry-after"],
        max_age=Duration.hours(1),
    )
