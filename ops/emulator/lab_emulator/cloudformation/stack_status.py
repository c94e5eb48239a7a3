"""What a stack that was rolled back may be called next (see `patches`)."""

from collections.abc import Callable

from localstack.aws.api.cloudformation import StackStatus
from localstack.services.cloudformation.v2.entities import Stack

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


def keep_rolled_back(stock: SetStatus) -> SetStatus:
    """Leave a stack rolled back until something is done to it.

    Stock, UpdateStack and CreateStack pronounce on a deployment after the engine did, and UpdateStack
    calls all of them complete; a change set that is created, not executed, puts the stack in review.
    """

    def set_stack_status(stack: Stack, status: StackStatus, reason: str | None = None) -> None:
        if not (stack.status in ROLLED_BACK and status in _NOT_AFTER_ROLLBACK):
            stock(stack, status, reason)

    return set_stack_status
