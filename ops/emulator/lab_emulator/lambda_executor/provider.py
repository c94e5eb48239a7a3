"""Provider of Lambda: LocalStack's, which takes numbers for a function that AWS refuses."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.lambda_ import (
    CreateFunctionRequest,
    FunctionConfiguration,
    UpdateFunctionConfigurationRequest,
)
from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.plugins import Service, aws_provider

from lab_emulator.lambda_executor.executor import end_all
from lab_emulator.sqs_event_source.mapping_settings import check_range
from lab_emulator.sqs_event_source.mapping_worker import wait_until_idle

# Lambda API reference, CreateFunction; and its EphemeralStorage. In seconds, MB and MB.
TIMEOUT_RANGE_SECONDS = (1, 900)
MEMORY_RANGE_MEGABYTES = (128, 10_240)
STORAGE_RANGE_MEGABYTES = (512, 10_240)

# Once their functions are gone.
BATCHES_END_WITHIN_SECONDS = 2.0


class LabLambdaProvider(LambdaProvider):
    """Functions within Lambda's limits."""

    @handler("CreateFunction", expand=False)
    def create_function(
        self, context: RequestContext, request: CreateFunctionRequest
    ) -> FunctionConfiguration:
        check_limits(request)
        return super().create_function(context, request)

    @handler("UpdateFunctionConfiguration", expand=False)
    def update_function_configuration(
        self, context: RequestContext, request: UpdateFunctionConfigurationRequest
    ) -> FunctionConfiguration:
        check_limits(request)
        return super().update_function_configuration(context, request)

    def on_before_state_load(self) -> None:
        """End all: pollers, then versions, then what still runs. LocalStack's ends no poller."""
        for worker in self.esm_workers.values():
            worker.stop_for_shutdown()
        # Pollers of asynchronous invocations wait for two seconds, and LocalStack for each of them.
        for queue in get_fake_sqs_client().queue_manager.queues.values():
            queue.shutdown()
        super().on_before_state_load()
        end_all()
        wait_until_idle(BATCHES_END_WITHIN_SECONDS)
        self.esm_workers.clear()


def check_limits(request: Any) -> None:
    """Raise ValidationException for a number out of its range."""
    check_range("timeout", request.get("Timeout"), TIMEOUT_RANGE_SECONDS)
    check_range("memorySize", request.get("MemorySize"), MEMORY_RANGE_MEGABYTES)
    storage = request.get("EphemeralStorage") or {}
    check_range("ephemeralStorage.size", storage.get("Size"), STORAGE_RANGE_MEGABYTES)


@aws_provider(api="lambda", name="lab")
def lambda_() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_LAMBDA=lab` chooses."""
    return Service.for_provider(LabLambdaProvider())
