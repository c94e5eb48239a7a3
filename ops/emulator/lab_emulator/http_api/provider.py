"""Provider of apigatewayv2: the plug-in that LocalStack loads when the first request for it arrives.

What it imports, it imports then: LocalStack imports this module at each start to learn the plug-in's name.
"""

from localstack.aws.api import RequestContext, ServiceRequest, ServiceResponse
from localstack.services.plugins import Service, aws_provider


class HttpApiProvider:
    """Names the service for LocalStack; what it does is in the dispatch table."""

    service = "apigatewayv2"


@aws_provider(api="apigatewayv2", name="default")
def http_api() -> Service:
    """Start the control plane, and register the routes on which its APIs answer."""
    from lab_emulator.http_api.data_plane.router import register_routes

    register_routes()
    return Service.for_provider(HttpApiProvider(), dispatch_table_factory=lambda _: dispatch_table())


def dispatch_table():
    """Return which function answers which operation: moto, but for those that a class below implements.

    LocalStack generates no API class for apigatewayv2, so that the table cannot be derived
    from one: it is built from the names of the operations in botocore's model.
    """
    from localstack.aws.skeleton import create_dispatch_table
    from localstack.aws.spec import load_service

    from lab_emulator.http_api.control_plane.apis import Apis
    from lab_emulator.http_api.control_plane.authorizers import Authorizers
    from lab_emulator.http_api.control_plane.integrations import Integrations
    from lab_emulator.http_api.control_plane.routes import Routes
    from lab_emulator.http_api.control_plane.stages import Deployments, Stages

    table = dict.fromkeys(load_service("apigatewayv2").operation_names, _answer_with_moto)
    for operations in (Apis(), Authorizers(), Deployments(), Integrations(), Routes(), Stages()):
        table.update(create_dispatch_table(operations))
    return table


def _answer_with_moto(context: RequestContext, _request: ServiceRequest) -> ServiceResponse:
    from localstack.services.moto import call_moto

    return call_moto(context)
