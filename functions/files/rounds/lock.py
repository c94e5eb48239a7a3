"""Lock of the rounds: at most one execution works on the queue at a time.

Its item tells who holds it; Step Functions tells whether the holder still runs; it is taken and released by
conditional writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import Clock, iso8601
from functions.common.dynamodb_items import from_item, item_in_the_way, to_item
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.files.rounds.control_table import ControlTable, key_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

LOCK = "lock"  # the item in the control table
# DescribeExecution is eventually consistent (Step Functions API reference): an execution that has just begun
# may be unknown to it. A lock younger than this is believed, which also spares the call during a burst.
BELIEVED_SECONDS = 5
# A name that is no execution's at all, as after an edit of the table by hand, does not run either.
_NO_EXECUTION = frozenset({"ExecutionDoesNotExist", "InvalidArn"})
# Each attempt is lost to another execution only, so that one is at work after a few.
_ATTEMPTS = 4


@dataclass(frozen=True)
class LockItem:
    """The item `lock`: who is at work, since when, and how many times the lock has been released.

    `releases` tells whether a start still stands for a look at the queue that is to come: see
    `functions.files.round_starter.starter`.
    """

    owner: str | None
    """ARN of the execution that holds the lock; None if it is free."""
    acquired_at: float
    """Epoch seconds; 0 where the lock is free, or the item does not say."""
    releases: int

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "LockItem":
        """From the item's attributes, which may be missing."""
        acquired_at = item.get("acquiredAt")
        return cls(item.get("owner"), _epoch_seconds(acquired_at), int(item.get("releases", 0)))


def read_lock(table: ControlTable) -> LockItem:
    return LockItem.of(table.read(LOCK))


@dataclass(frozen=True)
class ExecutionStatus:
    """Whether the execution that holds the lock is still at work: asks Step Functions."""

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


class LockContended(Exception):
    """The lock changed hands at each attempt to take it; it is not known who holds it now."""


@dataclass(frozen=True)
class RoundLock:
    """Taken and released by conditional writes, so that of any number of takers one wins.

    Every write counts as won where the lock is already as it should be: the SDK repeats a write whose answer
    was lost, and Step Functions repeats the call.
    """

    dynamodb: "DynamoDBClient"
    table_name: str
    executions: ExecutionStatus
    clock: Clock

    def take(self, execution: str) -> LockItem:
        """The lock after the attempt: ours, or its owner's who is at work.

        A lock whose owner does not run any more (stopped, or killed with its machine) is taken over from
        just that owner. Raises LockContended.
        """
        instead_of: str | None = None
        for _ in range(_ATTEMPTS):
            lock = self._take(execution, instead_of)
            if lock.owner == execution or self.executions.at_work(lock):
                return lock
            instead_of = lock.owner
        raise LockContended(f"{_ATTEMPTS} attempts to take the lock met another's")

    def release(self, execution: str) -> bool:
        """Free the lock if it is the execution's; return whether it was."""
        lock = self._update(
            "REMOVE #owner, acquiredAt ADD releases :one", "#owner = :mine", {":mine": execution, ":one": 1}
        )
        return lock is None

    def _take(self, execution: str, instead_of: str | None) -> LockItem:
        """The lock as it is after a write that demands that it is free, ours, or `instead_of`'s."""
        acquired_at = iso8601(self.clock())
        held = self._update(
            "SET #owner = :mine, acquiredAt = :now",
            "attribute_not_exists(#owner) OR #owner IN (:mine, :seen)",
            {":mine": execution, ":now": acquired_at, ":seen": instead_of or execution},
        )
        if held is None and instead_of is not None:
            get_logger().warning("lock taken over", owner=execution, instead_of=instead_of)
        return held or LockItem.of({"owner": execution, "acquiredAt": acquired_at})

    def _update(self, expression: str, condition: str, values: Mapping[str, Any]) -> LockItem | None:
        """None if the lock was written, else the lock that did not meet the condition."""
        try:
            self.dynamodb.update_item(
                TableName=self.table_name,
                Key=key_of(LOCK),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#owner": "owner"},  # a reserved word
                ExpressionAttributeValues=to_item(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            return LockItem.of(from_item(item_in_the_way(error)))
        return None


def _epoch_seconds(text: object) -> float:
    """0, so long past, for what is no moment: the owner is then asked about and not believed."""
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0
