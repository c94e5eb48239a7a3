"""The plug-in that LocalStack loads when the first apigatewayv2 request arrives."""

from localstack.services.plugins import Service, aws_provider


class HttpApiProvider:
    """Names the service for LocalStack; what it does is in the dispatch table."""

    service = "apigatewayv2"


@aws_provider(api="apigatewayv2", name="default")
def http_api() -> Service:
    """Start the control plane, and register the routes on which its APIs answer."""
    from lab_emulator.http_api.control_plane.dispatch import dispatch_table
    from lab_emulator.http_api.data_plane.router import register_routes

    register_routes()
    return Service.for_provider(HttpApiProvider(), dispatch_table_factory=lambda _: dispatch_table())
