"""Status of a CloudFormation stack: whether it can be updated, and what else leads on.

By the CloudFormation user guide: "Stack status codes" (view-stack-events), "Continue rolling back an update"
(using-cfn-updating-stacks-continueupdaterollback), and the API reference of RollbackStack, which takes
CREATE_FAILED and UPDATE_FAILED.
"""

from enum import Enum, auto

# A rolled-back update has led back to a stack that works: it can be updated again.
_UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    }
)
# An expected stack without template or resources: nothing is at work on it until its change set is executed.
_IN_REVIEW = "REVIEW_IN_PROGRESS"
# What leads out of it, and keeps what the stack holds. For any other the events tell what happened.
_LEADS_OUT = {
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback",
    "UPDATE_FAILED": "rollback-stack",
}


class StackCondition(Enum):
    """What can be done to a stack."""

    UPDATABLE = auto()
    AT_WORK = auto()
    # An update that was neither finished nor rolled back; the stack has its resources.
    HALF_UPDATED = auto()
    # Its creation or its deletion failed: it can only be deleted.
    ONLY_DELETABLE = auto()


def condition_of(status: str) -> StackCondition:
    """What can be done to a stack of this status; one that is not known is not deleted."""
    if status in _UPDATABLE:
        return StackCondition.UPDATABLE
    if status.endswith("_IN_PROGRESS") and status != _IN_REVIEW:
        return StackCondition.AT_WORK
    if status in {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", _IN_REVIEW}:
        return StackCondition.ONLY_DELETABLE
    return StackCondition.HALF_UPDATED


def is_updatable(status: str) -> bool:
    return condition_of(status) is StackCondition.UPDATABLE


def way_on(name: str, status: str, *, on_aws: bool) -> str:
    """What a person can do about a stack that is not updatable; empty where there is nothing to do."""
    match condition_of(status):
        case StackCondition.UPDATABLE:
            return ""
        case StackCondition.AT_WORK:
            return f"wait until {name} is done"
        case StackCondition.HALF_UPDATED if on_aws:
            operation = _LEADS_OUT.get(status, "describe-stack-events")
            return f"keep what it holds: aws cloudformation {operation} --stack-name {name}"
        case StackCondition.ONLY_DELETABLE if on_aws:
            return f"see what it holds, then delete it: aws cloudformation delete-stack --stack-name {name}"
    # LocalStack has neither ContinueUpdateRollback nor RollbackStack.
    return "save what you need, then start a new lab: lab up --fresh (a container: docker compose down -v)"
