"""The HTTP API: its routes, who may call them, and what it records."""

import json
from typing import Any

from functions.common import clients
from tests.infra.templates import Synthesized, references

ROUTES = {
    "POST /events": "Ingest",
    "GET /health": "Ingest",
    "GET /redrive/preview": "Redrive",
    "POST /redrive/start": "Redrive",
    "GET /redrive/jobs/{id}": "Redrive",
    "POST /redrive/cancel": "Redrive",
}


def test_each_route_goes_to_its_function_in_payload_format_2(each: Synthesized) -> None:
    integrations = each.resources("AWS::ApiGatewayV2::Integration")
    routes = {
        route["RouteKey"]: route["Target"] for route in each.resources("AWS::ApiGatewayV2::Route").values()
    }
    assert set(routes) == set(ROUTES)
    for key, target in routes.items():
        (integration,) = (v for id_, v in integrations.items() if references(target, id_))
        assert integration["PayloadFormatVersion"] == "2.0"
        assert references(integration["IntegrationUri"], f"{ROUTES[key]}Function"), key


def test_the_api_may_call_those_functions_on_those_routes_alone(each: Synthesized) -> None:
    sources = [
        json.dumps(permission["SourceArn"])
        for permission in each.resources("AWS::Lambda::Permission", "Api").values()
        if "authorizers" not in json.dumps(permission["SourceArn"])
    ]
    assert len(sources) == len(ROUTES)
    for key in ROUTES:
        path = key.split(" ")[1]
        assert any(f"/*/*{path}" in source for source in sources), path


def _authorization(app: Synthesized) -> dict[str, str]:
    routes = app.resources("AWS::ApiGatewayV2::Route").values()
    return {route["RouteKey"]: route.get("AuthorizationType", "NONE") for route in routes}


def test_dev_is_open(dev: Synthesized) -> None:
    assert set(_authorization(dev).values()) == {"NONE"}
    assert "AWS::ApiGatewayV2::Authorizer" not in dev.types()


def test_everything_but_health_needs_the_api_key(prod: Synthesized) -> None:
    assert _authorization(prod) == dict.fromkeys(ROUTES, "CUSTOM") | {"GET /health": "NONE"}
    authorizer = prod.only("AWS::ApiGatewayV2::Authorizer")
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["IdentitySource"] == ["$request.header.x-api-key"]


def test_the_api_key_is_made_by_aws_and_never_in_a_template(prod: Synthesized) -> None:
    secret = prod.only("AWS::SecretsManager::Secret")
    assert secret["GenerateSecretString"]["PasswordLength"] >= 32
    assert "SecretString" not in secret


def test_everything_but_health_needs_a_token(jwt: Synthesized) -> None:
    assert _authorization(jwt) == dict.fromkeys(ROUTES, "JWT") | {"GET /health": "NONE"}
    assert jwt.only("AWS::ApiGatewayV2::Authorizer")["JwtConfiguration"] == {
        "Audience": ["lab", "console"],
        "Issuer": "https://issuer.example.com/",
    }


def test_cors_is_for_one_origin_and_only_if_set(dev: Synthesized, jwt: Synthesized) -> None:
    assert "CorsConfiguration" not in dev.only("AWS::ApiGatewayV2::Api")
    cors = jwt.only("AWS::ApiGatewayV2::Api")["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["https://www.example.com"]
    assert {"idempotency-key", "content-type", "authorization"} <= set(cors["AllowHeaders"])


def test_the_default_stage_is_throttled_and_logs_each_request_as_json(each: Synthesized) -> None:
    stage = each.only("AWS::ApiGatewayV2::Stage")
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 1000, "ThrottlingRateLimit": 500}
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert line["requestId"] == "$context.requestId"
    assert references(stage["AccessLogSettings"]["DestinationArn"], "HttpAccessLog")


def test_the_output_is_the_endpoint_that_works_without_dns(each: Synthesized) -> None:
    assert "ApiEndpoint" in json.dumps(each.stacks["Api"]["Outputs"]["ApiUrl"])


def test_the_authorizer_outlives_its_call_of_secrets_manager_and_api_gateway_waits_for_it(
    prod: Synthesized,
) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: 10 s."""
    config: Any = clients.PROMPT  # the stubs know none of its options
    attempts = config.retries["total_max_attempts"]
    longest = attempts * (config.connect_timeout + config.read_timeout) + (
        attempts - 1
    )  # a backoff: below 1 s
    assert longest < prod.functions()["authorizer"]["Timeout"] < 10
