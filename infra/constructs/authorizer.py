"""Authorizers of the API: for holders of the API key, and for holders of a JSON Web Token."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from functions.ingestion.environment import AuthorizerEnvironment
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.policies import authorizer_policy
from infra.constructs.removal_policy import removal_policy
from infra.settings import Settings

API_KEY_HEADER = "x-api-key"
# API Gateway gives up on an authorizer after 10 s; its call of Secrets Manager takes 7 s at worst
# (`functions.common.clients.PROMPT`):
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
TIMEOUT_SECONDS = 9


def jwt_authorizer(settings: Settings) -> apigwv2.IHttpRouteAuthorizer:
    """API Gateway's own check of a token's signature, issuer, audience and expiry."""
    if not (settings.jwt_issuer and settings.jwt_audience):
        raise ValueError("the settings' check lets no authMode=jwt through without issuer and audience")
    audience = [each.strip() for each in settings.jwt_audience.split(",")]
    return authorizers.HttpJwtAuthorizer("Jwt", settings.jwt_issuer, jwt_audience=audience)


class ApiKeyAuthorizer(Construct):
    """A generated key in Secrets Manager and the function that compares with it.

    HTTP APIs have no API keys of their own, unlike REST APIs.
    """

    def __init__(
        self, scope: Construct, id_: str, *, code: lambda_.Code, key: kms.IKey | None, settings: Settings
    ) -> None:
        super().__init__(scope, id_)
        self.secret = secretsmanager.Secret(
            self,
            "ApiKey",
            description="What callers of the ingestion lab's API send as x-api-key",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=40, exclude_punctuation=True
            ),
            encryption_key=key,
            removal_policy=removal_policy(settings),
        )
        self.authorizer = LambdaFn(
            self,
            "Authorizer",
            name="authorizer",
            environment=AuthorizerEnvironment(api_key_secret_arn=self.secret.secret_arn),
            statements=authorizer_policy(secret=self.secret, key=key),
            code=code,
            timeout_seconds=TIMEOUT_SECONDS,
            settings=settings,
        )
        self.route_authorizer = authorizers.HttpLambdaAuthorizer(
            "ApiKeyAuthorizer",
            self.authorizer.function,
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            identity_source=[f"$request.header.{API_KEY_HEADER}"],
            # A key that has been replaced is refused soon, and a busy caller is not checked each time.
            results_cache_ttl=Duration.minutes(1),
        )
