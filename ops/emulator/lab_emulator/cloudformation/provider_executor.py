"""Executor of resource providers: which one runs, and what is made of its failure."""

import logging
from collections.abc import Callable
from typing import Any

from localstack.services.cloudformation.deployment_utils import check_not_found_exception
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
    ResourceProviderPayload,
    ResourceRequest,
    convert_payload,
)

LOG = logging.getLogger(__name__)

# The code by which CloudFormation's own handlers say so: a resource with it was left as it was.
NOT_UPDATABLE = "NotUpdatable"


def prefer_replaced(
    stock: Callable[[str], ResourceProvider | None],
) -> Callable[[str], ResourceProvider | None]:
    """Look a type up among the replaced ones before asking LocalStack."""

    def try_load_resource_provider(resource_type: str) -> ResourceProvider | None:
        from lab_emulator.cloudformation.resource_types import REPLACED_TYPES

        provider = REPLACED_TYPES.get(resource_type)
        return provider() if provider else stock(resource_type)

    return try_load_resource_provider


class HonestProviderExecutor(ResourceProviderExecutor):
    """Fails what goes wrong, keeps the reason, and remembers what a failed create had begun.

    Stock, an update that no provider implements "succeeds" and changes nothing, one that fails
    with a "not found" succeeds too, and any other failure reads "Failed to delete resource".
    """

    def __init__(self, *, stack_name: str, stack_id: str) -> None:
        super().__init__(stack_name=stack_name, stack_id=stack_id)
        self._progress: dict[str, Any] = {}

    def deploy_loop(
        self,
        resource_provider: ResourceProvider,
        resource: dict[str, Any],
        raw_payload: ResourceProviderPayload,
        **options: Any,
    ) -> ProgressEvent:
        self._progress = resource
        return super().deploy_loop(resource_provider, resource, raw_payload, **options)

    def execute_action(
        self, resource_provider: ResourceProvider, raw_payload: ResourceProviderPayload
    ) -> ProgressEvent:
        request = convert_payload(self.stack_name, self.stack_id, raw_payload)
        if raw_payload["action"] == "Remove":
            return _delete(resource_provider, request)
        if raw_payload["action"] == "Modify" and request.previous_state:
            return _update(resource_provider, request)
        return super().execute_action(resource_provider, raw_payload)

    def begun(self, resource_type: str) -> dict[str, Any]:
        """What the create that just failed has left behind; empty where it did not get that far.

        A provider that waits for its resource has returned the model once before it can fail. One
        that fails at once may have found another stack's resource under the name it was given.
        """
        provider, model = self.try_load_resource_provider(resource_type), self._progress.get("Properties")
        if not provider or not model:
            return {}
        try:
            identifier = self.extract_physical_resource_id_from_model_with_schema(
                model, resource_type, provider.SCHEMA
            )
        except KeyError:
            return {}
        return {"PhysicalResourceId": identifier, "Properties": model}


def _update(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    try:
        return provider.update(request)
    except NotImplementedError as error:
        message = str(error) or f"LocalStack cannot update {request.resource_type} in place"
        return _failed(message, NOT_UPDATABLE)
    except Exception as error:  # a failure of any kind belongs in the stack's events
        LOG.exception("updating %s failed", request.logical_resource_id)
        return _failed(f"{type(error).__name__}: {error}")


def _delete(provider: ResourceProvider, request: ResourceRequest) -> ProgressEvent:
    try:
        return provider.delete(request)
    except Exception as error:  # a failure of any kind belongs in the stack's events
        if check_not_found_exception(error, request.resource_type, request.desired_state):
            return ProgressEvent(OperationStatus.SUCCESS, resource_model={})
        LOG.exception("deleting %s failed", request.logical_resource_id)
        return _failed(f"{type(error).__name__}: {error}")


def _failed(message: str, code: str | None = None) -> ProgressEvent:
    return ProgressEvent(OperationStatus.FAILED, resource_model={}, message=message, error_code=code)
