"""Whether the execution that holds the lock is still at work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.common.clock import Clock
from functions.common.error_category import error_type
from functions.files.rounds.lock_item import LockItem

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# DescribeExecution is eventually consistent (Step Functions API reference): an execution that has just begun
# may be unknown to it. A lock younger than this is believed, which also spares the call during a burst.
BELIEVED_SECONDS = 5
# A name that is no execution's at all, as after somebody's hand in the table, is nobody at work either.
_NO_EXECUTION = frozenset({"ExecutionDoesNotExist", "InvalidArn"})


@dataclass(frozen=True)
class Executions:
    """Asks Step Functions about the lock's owner."""

    stepfunctions: "SFNClient"
    clock: Clock

    def at_work(self, lock: LockItem) -> bool:
        """Whether the lock's owner runs, so that it will look at the queue again before it ends."""
        if lock.owner is None:
            return False
        return self.clock() - lock.acquired_at < BELIEVED_SECONDS or self._runs(lock.owner)

    def _runs(self, execution: str) -> bool:
        try:
            return self.stepfunctions.describe_execution(executionArn=execution)["status"] == "RUNNING"
        except ClientError as error:
            if error_type(error) not in _NO_EXECUTION:
                raise
            return False
