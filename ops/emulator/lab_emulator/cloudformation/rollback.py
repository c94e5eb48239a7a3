"""Rollback of a failed deployment, newest change first, and the statuses that a stack may have after one.

What was created is deleted, what was updated is updated back to the template it came from, and
what was replaced is again the old one, which CloudFormation deletes only after all else succeeded.
"""

import logging
from collections.abc import Callable
from typing import Any

from localstack.aws.api.cloudformation import ChangeAction, StackStatus
from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    PreprocProperties,
)
from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent
from localstack.services.cloudformation.v2.entities import Stack

from lab_emulator.cloudformation.resource_executor import ResourceChange, ResourceExecutor

LOG = logging.getLogger(__name__)

SetStatus = Callable[..., None]

ROLLED_BACK = {
    StackStatus.ROLLBACK_COMPLETE,
    StackStatus.ROLLBACK_FAILED,
    StackStatus.UPDATE_ROLLBACK_COMPLETE,
    StackStatus.UPDATE_ROLLBACK_FAILED,
}
# Each of them follows a deployment, or, the last one, the first change set of a stack.
_NOT_AFTER_ROLLBACK = {
    StackStatus.CREATE_COMPLETE,
    StackStatus.CREATE_FAILED,
    StackStatus.UPDATE_COMPLETE,
    StackStatus.UPDATE_FAILED,
    StackStatus.REVIEW_IN_PROGRESS,
}


def roll_back(deployment: ResourceExecutor, reason: str) -> None:
    """Undo a deployment that failed for `reason`, and give the stack the status that it has then."""
    stack = deployment.stack
    kind = "ROLLBACK" if stack.status == StackStatus.CREATE_IN_PROGRESS else "UPDATE_ROLLBACK"
    stack.set_stack_status(StackStatus(f"{kind}_IN_PROGRESS"), reason)
    begun = [change for change in deployment.changes if not is_nothing(change.after)]
    left = [change.name for change in reversed(begun) if not _undo(deployment, change)]
    # What was not reached is as it was; in the order of creation, by which a stack is deleted.
    deployment.resources = stack.resolved_resources = deployment.before | deployment.resources
    _keep_template(deployment)
    if left:
        verb = "delete" if kind == "ROLLBACK" else "update"
        stack.set_stack_status(
            StackStatus(f"{kind}_FAILED"),
            f"The following resource(s) failed to {verb}: [{', '.join(left)}]. ",
        )
    else:
        stack.status_reason = None  # as on AWS: the events tell why, the stack does not
        stack.set_stack_status(StackStatus(f"{kind}_COMPLETE"))


def _undo(deployment: ResourceExecutor, change: ResourceChange) -> bool:
    """Whether the change is undone. Whatever goes wrong with one must not keep the others from that."""
    try:
        return _remove(deployment, change.name) if change.creates else _restore(deployment, change)
    except Exception as error:
        LOG.exception("rolling %s of %s back failed", change.name, deployment.stack.stack_name)
        action = ChangeAction.Remove if change.creates else ChangeAction.Modify
        if not change.creates and (old := deployment.before.get(change.name)):
            deployment.resources[change.name] = old  # it is still there, and is to be deleted with the stack
        reason = f"{type(error).__name__}: {error}"
        deployment.tell(change.name, change.after.resource_type, action, OperationStatus.FAILED, reason)
        return False


def _remove(deployment: ResourceExecutor, name: str) -> bool:
    new, old = deployment.resources.get(name), deployment.before.get(name)
    gone = new is None or deployment.remove(name, new)
    if old:
        deployment.resources[name] = old
        deployment.tell(name, old["Type"], ChangeAction.Modify, OperationStatus.SUCCESS)
    elif gone:
        deployment.resources.pop(name, None)
    return gone


def _restore(deployment: ResourceExecutor, change: ResourceChange) -> bool:
    name, type_ = change.name, change.before.resource_type
    event = ProgressEvent(OperationStatus.SUCCESS)
    if name not in deployment.not_updatable:
        deployment.tell(name, type_, ChangeAction.Modify, OperationStatus.IN_PROGRESS)
        event = deployment._execute_resource_action(
            action=ChangeAction.Modify,
            logical_resource_id=name,
            resource_type=type_,
            before_properties=PreprocProperties(_now(deployment, change)),
            after_properties=change.before.properties,
        )
    restored = event.status == OperationStatus.SUCCESS
    if name in deployment.not_updatable or not restored:
        deployment.resources[name] = deployment.before[name]
    deployment.tell(name, type_, ChangeAction.Modify, event.status, event.message)
    return restored


def _now(deployment: ResourceExecutor, change: ResourceChange) -> dict[str, Any]:
    """The resource as the failed deployment left it.

    After an update that failed half-way that is not known: all of it may have been done, so all of it
    is undone. What no template gave, names and ids, the resource has kept.
    """
    if model := deployment.resources[change.name]["Properties"]:
        return model
    given = change.before.properties.properties
    model = deployment.before[change.name]["Properties"]
    settled = {key: value for key, value in model.items() if key not in given}
    return settled | change.after.properties.properties


def _keep_template(deployment: ResourceExecutor) -> None:
    """Leave the stack the template it is rolled back to: the caller copies the change set's into it.

    A stack that was not created is still described with the parameters that it was to have.
    """
    stack, change_set = deployment.stack, deployment.change_set
    change_set.template = stack.template or {}
    change_set.processed_template = stack.processed_template or {}
    change_set.template_body = stack.template_body or change_set.template_body
    if stack.status == StackStatus.ROLLBACK_IN_PROGRESS:
        # Now, and not when the caller does it: a client that sees the last status asks at once.
        stack.resolved_parameters = change_set.resolved_parameters
    else:
        change_set.resolved_parameters = stack.resolved_parameters


def keep_rolled_back(stock: SetStatus) -> SetStatus:
    """Leave a stack rolled back until something is done to it (see `patches`).

    Stock, UpdateStack and CreateStack pronounce on a deployment after the engine did, and UpdateStack
    calls all of them complete; a change set that is created, not executed, puts the stack in review.
    """

    def set_stack_status(stack: Stack, status: StackStatus, reason: str | None = None) -> None:
        if not (stack.status in ROLLED_BACK and status in _NOT_AFTER_ROLLBACK):
            stock(stack, status, reason)

    return set_stack_status
