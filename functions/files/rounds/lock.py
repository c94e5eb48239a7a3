"""The lock: at most one execution works on the queue at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import Clock, iso8601
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.files.rounds.control_table import key_of, plain, typed
from functions.files.rounds.executions import Executions
from functions.files.rounds.lock_item import NAME, LockItem

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Each attempt is lost to another execution only, so that somebody is at work after a few.
_ATTEMPTS = 4


class LockContended(Exception):
    """The lock changed hands at each attempt to take it; nobody is known to hold it now."""


@dataclass(frozen=True)
class Lock:
    """Taken and released by conditional writes, so that of any number of takers one wins.

    Every write counts as won where the lock is already as it should be: the SDK repeats a write whose answer
    was lost, and Step Functions repeats the call.
    """

    dynamodb: "DynamoDBClient"
    table_name: str
    executions: Executions
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
                Key=key_of(NAME),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#owner": "owner"},  # a reserved word
                ExpressionAttributeValues=typed(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_type(error) != "ConditionalCheckFailedException":
                raise
            item: dict[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]  # botocore lacks it
            return LockItem.of(plain(item))
        return None
