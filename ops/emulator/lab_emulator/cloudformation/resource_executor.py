"""Executor of a change set, resource by resource, and of what the stack's events say of each."""

from dataclasses import dataclass
from typing import Any

from localstack.aws.api.cloudformation import ChangeAction, ResourceStatus
from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
    EventOperationFromAction,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    PreprocProperties,
    PreprocResource,
)
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProviderExecutor,
)
from localstack.services.cloudformation.v2.entities import ChangeSet
from localstack.services.cloudformation.v2.types import ResolvedResource

from lab_emulator.cloudformation.provider_executor import NOT_UPDATABLE, HonestProviderExecutor


@dataclass(frozen=True)
class ResourceChange:
    """What a deployment began to do to one resource; LocalStack's Nothing stands for "is not there"."""

    name: str
    before: PreprocResource
    after: PreprocResource

    @property
    def creates(self) -> bool:
        """Whether there is a new resource to delete, be it in the place of an old one."""
        if is_nothing(self.before):
            return True
        return self.after.requires_replacement or self.before.resource_type != self.after.resource_type


class ResourceExecutor(ChangeSetModelExecutor):
    """Notes each change and its first failure, and forgets no resource that may exist."""

    def __init__(self, change_set: ChangeSet) -> None:
        super().__init__(change_set)
        self.stack = change_set.stack
        self.change_set = change_set
        self.before = dict(self._before_resolved_resources)
        self.changes: list[ResourceChange] = []
        self.not_updatable: set[str] = set()
        self.failure: str | None = None
        self.resource_provider_executor = HonestProviderExecutor(
            stack_name=self.stack.stack_name, stack_id=self.stack.stack_id
        )

    def remove(self, name: str, resource: ResolvedResource) -> bool:
        """Delete a resource where it was created; return whether it is gone."""
        event = ProgressEvent(OperationStatus.SUCCESS)
        if "PhysicalResourceId" in resource:
            self.tell(name, resource["Type"], ChangeAction.Remove, OperationStatus.IN_PROGRESS)
            event = self._execute_resource_action(
                action=ChangeAction.Remove,
                logical_resource_id=name,
                resource_type=resource["Type"],
                before_properties=PreprocProperties(resource["Properties"]),
                after_properties=None,
            )
        if name in self.stack.resource_states:
            self.tell(name, resource["Type"], ChangeAction.Remove, event.status, event.message)
        return event.status == OperationStatus.SUCCESS

    def tell(
        self, name: str, type_: str, action: ChangeAction, status: OperationStatus, reason: str = ""
    ) -> None:
        """Add an event on a resource to the stack's."""
        operation = EventOperationFromAction[action.value]
        ended = "COMPLETE" if status == OperationStatus.SUCCESS else status.name
        self.stack.set_resource_status(
            logical_resource_id=name,
            physical_resource_id=self._get_physical_id(name, strict=False),
            resource_type=type_,
            status=ResourceStatus(f"{operation}_{ended}"),
            resource_status_reason=reason or None,
        )

    def _process_event(
        self,
        *,
        action: ChangeAction,
        logical_resource_id: str,
        event_status: OperationStatus,
        resource_type: str,
        special_action: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Tell of a resource alone. Stock, a failed one calls the stack failed while it is at work.

        After the first failure come those of all that refers to the resource, which was not touched.
        """
        failed = event_status == OperationStatus.FAILED and action != ChangeAction.Remove
        if failed and self.failure:
            return
        if failed:
            operation = EventOperationFromAction[action.value].lower()
            self.failure = f"The following resource(s) failed to {operation}: [{logical_resource_id}]."
        self.tell(logical_resource_id, resource_type, action, event_status, reason or "")

    def _execute_resource_change(
        self, name: str, before: PreprocResource | None, after: PreprocResource | None
    ) -> None:
        """Replace a resource only where a property that cannot be updated really has another value.

        Stock, it is enough that the property refers to a resource that changed in any way: a new
        visibility timeout on a queue would delete and re-create its event source mapping.
        """
        if not is_nothing(before) and not is_nothing(after) and after.requires_replacement:
            after.requires_replacement = _must_replace(before, after)
        self.changes.append(ResourceChange(name, before, after))
        super()._execute_resource_change(name, before, after)

    def _execute_resource_action(
        self,
        action: ChangeAction,
        logical_resource_id: str,
        resource_type: str,
        before_properties: PreprocProperties | None,
        after_properties: PreprocProperties | None,
        part_of_replacement: bool = False,
    ) -> ProgressEvent:
        """Keep what there is: what a removal could not remove, and what a failed create had begun."""
        removes = action == ChangeAction.Remove
        event = super()._execute_resource_action(
            action,
            logical_resource_id,
            resource_type,
            before_properties,
            after_properties,
            part_of_replacement=removes,  # stock, any other removal is kept as a resource without id
        )
        if event.status == OperationStatus.FAILED:
            self._keep(logical_resource_id, resource_type, action)
        if event.error_code == NOT_UPDATABLE:
            self.not_updatable.add(logical_resource_id)
        return event

    def _keep(self, name: str, resource_type: str, action: ChangeAction) -> None:
        if action == ChangeAction.Add:
            self.resources[name].update(self.resource_provider_executor.begun(resource_type))
        elif action == ChangeAction.Remove and name in self.before:
            self.resources.setdefault(name, self.before[name])


def _must_replace(before: PreprocResource, after: PreprocResource) -> bool:
    provider = ResourceProviderExecutor.try_load_resource_provider(after.resource_type)
    schema: dict[str, Any] = provider.SCHEMA if provider else {}
    paths = [path.removeprefix("/properties/") for path in schema.get("createOnlyProperties") or []]
    return any(
        _at(path, before.properties.properties) != _at(path, after.properties.properties) for path in paths
    )


def _at(path: str, properties: Any) -> Any:
    """What a path of a schema leads to, such as HealthCheckConfig/Type; None where there is nothing."""
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties
