"""Engine that carries out a change set, and rolls a failed one back as CloudFormation does."""

import logging

from localstack.aws.api.cloudformation import StackStatus
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutorResult,
)

from lab_emulator.cloudformation.resource_executor import ResourceExecutor
from lab_emulator.cloudformation.rollback import roll_back

LOG = logging.getLogger(__name__)


class DeletionFailed(Exception):
    """Some resources are still there, and the stack with them; the message names them."""


class RollingBackExecutor(ResourceExecutor):
    """Rolls a failed deployment back, and deletes what was created instead of what a template lists.

    Stock, a failed create leaves its resources, a failed update carries out its deletions and forgets
    what it had not reached, and a deletion stops at the first resource that was never created.
    """

    def execute(self) -> ChangeSetModelExecutorResult:
        """Deploy or delete. Raises DeletionFailed; a failed deployment is rolled back and reported."""
        self.stack.status_reason = None
        if self.stack.status == StackStatus.DELETE_IN_PROGRESS:
            self._delete()
        elif failure := self._construct():
            roll_back(self, failure)
            return ChangeSetModelExecutorResult(self.resources, self.stack.resolved_outputs, failure)
        else:
            self._clean_up()
            # Before the status says complete: a client that waits for it asks for the outputs at once.
            self.stack.resolved_resources, self.stack.resolved_outputs = self.resources, self.outputs
        return ChangeSetModelExecutorResult(self.resources, self.outputs)

    def _construct(self) -> str | None:
        try:
            self.process()
        except Exception as error:  # whatever stops a deployment is the reason for its rollback
            LOG.debug("deploying %s failed", self.stack.stack_name, exc_info=True)
            return self.failure or f"{type(error).__name__}: {error}"
        return None

    def _clean_up(self) -> None:
        """Delete what the template dropped, and what was replaced: last, when nothing refers to it."""
        if self._deferred_actions:
            self.stack.set_stack_status(StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS)
        for deferred in reversed(self._deferred_actions):
            try:
                deferred.action()
            except Exception:  # the update itself is done: on AWS a resource that stays does not fail it
                LOG.exception("cleaning %s up failed: %s", self.stack.stack_name, deferred.name)

    def _delete(self) -> None:
        for name, resource in reversed(self.before.items()):
            if self.remove(name, resource):
                del self.stack.resolved_resources[name]
        if left := ", ".join(self.stack.resolved_resources):
            self.stack.status_reason = f"The following resource(s) failed to delete: [{left}]."
            raise DeletionFailed(self.stack.status_reason)
