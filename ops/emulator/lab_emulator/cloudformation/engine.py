"""Changes to how LocalStack's engine picks and runs resource providers (see `patches`)."""

import logging
from collections.abc import Callable

from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocResource
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
    ResourceProviderPayload,
    convert_payload,
)

LOG = logging.getLogger(__name__)

Change = Callable[[ChangeSetModelExecutor, str, PreprocResource | None, PreprocResource | None], None]
Execute = Callable[[ResourceProviderExecutor, ResourceProvider, ResourceProviderPayload], ProgressEvent]


def prefer_mended(
    stock: Callable[[str], ResourceProvider | None],
) -> Callable[[str], ResourceProvider | None]:
    """Look a type up among the mended ones before asking LocalStack."""

    def try_load_resource_provider(resource_type: str) -> ResourceProvider | None:
        from lab_emulator.cloudformation.registry import MENDED

        provider = MENDED.get(resource_type)
        return provider() if provider else stock(resource_type)

    return try_load_resource_provider


def fail_honestly(stock: Execute) -> Execute:
    """Fail an update that is not implemented or goes wrong, and keep the reason.

    Stock, an update that no provider implements "succeeds" and changes nothing, one that fails
    with a "not found" succeeds too, and any other failure reads "Failed to delete resource".
    """

    def execute_action(
        executor: ResourceProviderExecutor, provider: ResourceProvider, payload: ResourceProviderPayload
    ) -> ProgressEvent:
        if payload["action"] != "Modify" or not payload["requestData"].get("previousResourceProperties"):
            return stock(executor, provider, payload)
        request = convert_payload(executor.stack_name, executor.stack_id, payload)
        try:
            return provider.update(request)
        except NotImplementedError as error:
            return _failed(str(error) or f"LocalStack cannot update {request.resource_type} in place")
        except Exception as error:  # a failure of any kind belongs in the stack's events
            LOG.exception("updating %s failed", request.logical_resource_id)
            return _failed(f"{type(error).__name__}: {error}")

    return execute_action


def replace_only_what_changed(stock: Change) -> Change:
    """Replace a resource only where a property that cannot be updated really has another value.

    Stock, it is enough that the property refers to a resource that changed in any way: a new
    visibility timeout on a queue would delete and re-create its event source mapping.
    """

    def execute_resource_change(
        executor: ChangeSetModelExecutor,
        name: str,
        before: PreprocResource | None,
        after: PreprocResource | None,
    ) -> None:
        if not is_nothing(before) and not is_nothing(after) and after.requires_replacement:
            after.requires_replacement = _must_replace(before, after)
        stock(executor, name, before, after)

    return execute_resource_change


def _must_replace(before: PreprocResource, after: PreprocResource) -> bool:
    provider = ResourceProviderExecutor.try_load_resource_provider(after.resource_type)
    paths = provider.SCHEMA.get("createOnlyProperties") or [] if provider else []
    names = [path.removeprefix("/properties/") for path in paths]
    return any(
        before.properties.properties.get(name) != after.properties.properties.get(name) for name in names
    )


def _failed(message: str) -> ProgressEvent:
    return ProgressEvent(OperationStatus.FAILED, resource_model={}, message=message)
