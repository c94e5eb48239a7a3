"""Parts of HTTP APIs of API Gateway, and how each is told apart from what LocalStack has."""

from lab_emulator.parts.part import Part, has_cloudformation_plugins, is_patched_by, provider_of


def _answers_apigatewayv2() -> bool:
    from lab_emulator.http_api.provider import HttpApiProvider

    return isinstance(provider_of("apigatewayv2"), HttpApiProvider)


def _serves_http_apis() -> bool:
    from localstack.aws.handlers.codec import ContentDecoder
    from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint

    from lab_emulator.http_api.data_plane import router

    shared = is_patched_by(ApiGatewayEndpoint.__call__, router.prefer_http_api)
    encoded = is_patched_by(ContentDecoder.__call__, router.keep_encoded)
    return router.is_registered() and shared and encoded


def _has_http_api_types() -> bool:
    from lab_emulator.http_api.cloudformation_types import PLUGINS

    return has_cloudformation_plugins(PLUGINS)


def _publishes_http_api_metrics() -> bool:
    from lab_emulator.http_api.data_plane import gateway
    from lab_emulator.service_metrics import http_api

    return http_api.measure in gateway.OBSERVERS


PARTS = (
    Part("http api control plane", "apigatewayv2, with an endpoint that needs no DNS", _answers_apigatewayv2),
    Part("http api data plane", "serves HTTP APIs: payload 2.0, CORS, authorizers", _serves_http_apis),
    Part("http api cloudformation types", "AWS::ApiGatewayV2::*", _has_http_api_types),
    Part("http api metrics", "counts, errors and latencies of HTTP APIs", _publishes_http_api_metrics),
)
