"""HTTP APIs of API Gateway."""

from lab_emulator.parts.part import Part


def _answers_apigatewayv2() -> bool:
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.http_api.service import HttpApiProvider

    service = SERVICE_PLUGINS.get_service("apigatewayv2")
    return service is not None and isinstance(service._provider, HttpApiProvider)


def _serves_http_apis() -> bool:
    from localstack.aws.handlers.codec import ContentDecoder
    from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint

    from lab_emulator.http_api import execute_api
    from lab_emulator.http_api.data_plane import router

    shared = getattr(ApiGatewayEndpoint.__call__, "__subject__", None) is execute_api.prefer_http_api
    encoded = getattr(ContentDecoder.__call__, "__subject__", None) is execute_api.keep_encoded
    return router.is_registered() and shared and encoded


def _has_http_api_types() -> bool:
    from localstack.services.cloudformation.resource_provider import plugin_manager

    from lab_emulator.http_api.cloudformation.plugins import PLUGINS

    return all(isinstance(plugin_manager.load(plugin.name), plugin) for plugin in PLUGINS)


def _publishes_http_api_metrics() -> bool:
    from lab_emulator.http_api.data_plane import gateway
    from lab_emulator.service_metrics import http_api

    return http_api.measure in gateway.OBSERVERS


PARTS: tuple[Part, ...] = (
    Part("http api control plane", "apigatewayv2, with an endpoint that needs no DNS", _answers_apigatewayv2),
    Part("http api data plane", "serves HTTP APIs: payload 2.0, CORS, authorizers", _serves_http_apis),
    Part("http api cloudformation types", "AWS::ApiGatewayV2::*", _has_http_api_types),
    Part("http api metrics", "counts, errors and latencies of HTTP APIs", _publishes_http_api_metrics),
)
