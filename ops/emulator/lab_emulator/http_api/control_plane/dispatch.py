"""Which function answers which operation of the apigatewayv2 API."""

from localstack.aws.api import RequestContext, ServiceRequest, ServiceResponse
from localstack.aws.skeleton import DispatchTable, create_dispatch_table
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto

from lab_emulator.http_api.control_plane.apis import Apis
from lab_emulator.http_api.control_plane.authorizers import Authorizers
from lab_emulator.http_api.control_plane.deployments import Deployments
from lab_emulator.http_api.control_plane.integrations import Integrations
from lab_emulator.http_api.control_plane.routes import Routes
from lab_emulator.http_api.control_plane.stages import Stages

DELEGATES = (Apis, Authorizers, Deployments, Integrations, Routes, Stages)


def dispatch_table() -> DispatchTable:
    """Let moto answer every operation but those that one of the delegates implements.

    LocalStack generates no API class for apigatewayv2, so that the table cannot be derived
    from one: it is built from the names of the operations in botocore's model.
    """
    table: DispatchTable = dict.fromkeys(load_service("apigatewayv2").operation_names, _answer_with_moto)
    for delegate in DELEGATES:
        table.update(create_dispatch_table(delegate()))
    return table


def _answer_with_moto(context: RequestContext, _request: ServiceRequest) -> ServiceResponse:
    return call_moto(context)
