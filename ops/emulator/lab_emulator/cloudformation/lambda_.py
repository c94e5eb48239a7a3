"""AWS::Lambda: Function, EventSourceMapping and EventInvokeConfig."""

from typing import Any

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.lambda_.resource_providers.aws_lambda_eventinvokeconfig import (
    LambdaEventInvokeConfigProvider,
)
from localstack.services.lambda_.resource_providers.aws_lambda_eventsourcemapping import (
    LambdaEventSourceMappingProvider,
)
from localstack.services.lambda_.resource_providers.aws_lambda_function import LambdaFunctionProvider

from lab_emulator.cloudformation.resource import Model, before, done, keep, tag_changes

# What a property goes back to when a template drops it (Lambda API reference, CreateFunction).
FUNCTION_DEFAULTS: dict[str, Any] = {
    "Architectures": ["x86_64"],
    "DeadLetterConfig": {"TargetArn": ""},
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "Layers": [],
    "LoggingConfig": {"LogFormat": "Text"},
    "MemorySize": 128,
    "SnapStart": {"ApplyOn": "None"},
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SecurityGroupIds": [], "SubnetIds": []},
}
# What LocalStack's provider passes on neither to CreateFunction nor to UpdateFunctionConfiguration.
_LEFT_OUT = ("EphemeralStorage", "SnapStart")
# The same for a mapping of an SQS queue (CreateEventSourceMapping).
MAPPING_DEFAULTS: dict[str, Any] = {
    "BatchSize": 10,
    "Enabled": True,
    "FilterCriteria": {},
    "FunctionResponseTypes": [],
    "MaximumBatchingWindowInSeconds": 0,
    "ScalingConfig": {},
}


class FunctionProvider(LambdaFunctionProvider):
    """Stock: reserved concurrency and two settings are left out; updates forget tags and what is dropped."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        if event.status is OperationStatus.SUCCESS:
            _configure_what_is_left_out(request)
            _set_reserved_concurrency(request)
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        template = dict(request.desired_state)
        keep(request, "FunctionName", "Arn")
        _restore_dropped(request, _function_defaults(request.desired_state["FunctionName"]))
        super().update(request)
        _configure_what_is_left_out(request)
        _set_reserved_concurrency(request)
        _set_function_tags(request)
        settled = {name: request.desired_state[name] for name in ("FunctionName", "Arn")}
        return done(template | settled)


class EventSourceMappingProvider(LambdaEventSourceMappingProvider):
    """Stock: an update keeps what the template drops, and forgets the mapping's ARN."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        template = dict(request.desired_state)
        _restore_dropped(request, MAPPING_DEFAULTS)
        event = super().update(request)
        settled = {name: before(request)[name] for name in ("Id", "EventSourceMappingArn")}
        event.resource_model = template | settled
        return event


class EventInvokeConfigProvider(LambdaEventInvokeConfigProvider):
    """Stock: nothing is updated."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        template = {name: value for name, value in request.desired_state.items() if name != "Id"}
        request.aws_client_factory.lambda_.put_function_event_invoke_config(**template)
        return done(template | {"Id": before(request)["Id"]})


def _function_defaults(name: str) -> dict[str, Any]:
    logging = FUNCTION_DEFAULTS["LoggingConfig"] | {"LogGroup": f"/aws/lambda/{name}"}
    return FUNCTION_DEFAULTS | {"LoggingConfig": logging}


def _configure_what_is_left_out(request: ResourceRequest[Model]) -> None:
    client, model = request.aws_client_factory.lambda_, request.desired_state
    settings = {name: dict(model[name]) for name in _LEFT_OUT if name in model}
    if storage := settings.get("EphemeralStorage"):
        storage["Size"] = int(storage["Size"])  # a template may have it as text
    if settings:
        client.update_function_configuration(FunctionName=model["FunctionName"], **settings)
        client.get_waiter("function_updated_v2").wait(FunctionName=model["FunctionName"])


def _restore_dropped(request: ResourceRequest[Model], defaults: dict[str, Any]) -> None:
    for name, value in defaults.items():
        if name in before(request):
            request.desired_state.setdefault(name, value)


def _set_reserved_concurrency(request: ResourceRequest[Model]) -> None:
    client, name = request.aws_client_factory.lambda_, request.desired_state["FunctionName"]
    reserved = request.desired_state.get("ReservedConcurrentExecutions")
    if reserved is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(reserved))
    elif "ReservedConcurrentExecutions" in before(request):
        client.delete_function_concurrency(FunctionName=name)


def _set_function_tags(request: ResourceRequest[Model]) -> None:
    client, arn = request.aws_client_factory.lambda_, request.desired_state["Arn"]
    removed, added = tag_changes(request)
    if removed:
        client.untag_resource(Resource=arn, TagKeys=removed)
    if added:
        client.tag_resource(Resource=arn, Tags={tag["Key"]: tag["Value"] for tag in added})
