"""Provider of DynamoDB, over moto: no jar, no Java, and one request at a time.

Moto reads a condition and writes the item in separate steps. With 16 threads racing on one
key, 15 of 900 conditional updates had two winners; behind one lock none had.
"""

import threading

from localstack.aws.api import RequestContext, ServiceException, ServiceRequest, ServiceResponse, handler
from localstack.aws.api.dynamodb import (
    CreateTableInput,
    DynamodbApi,
    TagResourceInput,
    UpdateTableInput,
    UpdateTimeToLiveInput,
)
from localstack.aws.skeleton import DispatchTable, ServiceRequestHandler
from localstack.services.moto import MotoFallbackDispatcher, call_moto
from localstack.services.plugins import Service, ServiceLifecycleHook, aws_provider
from localstack.state import StateVisitor
from moto.dynamodb.models import dynamodb_backends

from lab_emulator.dynamodb.answers import as_asked
from lab_emulator.dynamodb.item_operation import METHODS, ItemOperation
from lab_emulator.dynamodb.ttl_sweeper import TtlSweeper


class StreamsNotSupported(ServiceException):
    """Refusal of streams: moto keeps their records, and nothing here reads them."""

    code = "ValidationException"
    sender_fault = True
    status_code = 400


class MotoDynamoDbProvider(DynamodbApi, ServiceLifecycleHook):
    """Operations that differ from plain moto; every other falls through to it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.sweeper = TtlSweeper(self.lock)

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        visitor.visit(dynamodb_backends)

    def on_before_stop(self) -> None:
        self.sweeper.stop()

    @handler("CreateTable", expand=False)
    def create_table(self, context: RequestContext, request: CreateTableInput) -> ServiceResponse:
        _refuse_streams(request)
        return call_moto(context)

    @handler("UpdateTable", expand=False)
    def update_table(self, context: RequestContext, request: UpdateTableInput) -> ServiceResponse:
        _refuse_streams(request)
        return call_moto(context)

    @handler("UpdateTimeToLive", expand=False)
    def update_time_to_live(self, context: RequestContext, request: UpdateTimeToLiveInput) -> ServiceResponse:
        response = call_moto(context)
        self.sweeper.start()
        return response

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: TagResourceInput) -> ServiceResponse:
        # moto appends: a tag that is put twice would be listed twice.
        backend = dynamodb_backends[context.account_id][context.region]
        backend.untag_resource(request["ResourceArn"], [tag["Key"] for tag in request["Tags"]])
        return call_moto(context)


def _refuse_streams(request: CreateTableInput | UpdateTableInput) -> None:
    if (request.get("StreamSpecification") or {}).get("StreamEnabled"):
        raise StreamsNotSupported("The lab's DynamoDB has no streams: leave StreamSpecification out.")


def _one_at_a_time(entry: ServiceRequestHandler, lock: threading.RLock) -> ServiceRequestHandler:
    def locked(context: RequestContext, request: ServiceRequest) -> ServiceResponse | None:
        with lock:
            answer = entry(context, request)
        return as_asked(context.operation.name, request, answer) if isinstance(answer, dict) else answer

    return locked


def serialized_dispatch_table(provider: MotoDynamoDbProvider) -> DispatchTable:
    """Return the operations of `provider`, falling back to moto, no two of them at the same time."""
    table = MotoFallbackDispatcher(provider)
    locked = {operation: _one_at_a_time(entry, provider.lock) for operation, entry in table.items()}
    return locked | {operation: ItemOperation(operation, provider.lock) for operation in METHODS}


@aws_provider(api="dynamodb", name="moto")
def dynamodb() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_DYNAMODB=moto` chooses."""
    return Service.for_provider(MotoDynamoDbProvider(), dispatch_table_factory=serialized_dispatch_table)
