"""The checkpoints of all files: who may work on a file, and how far it has come.

One conditional UpdateItem claims a file, whatever state it is in; its answer is the state. Compare
`functions.idempotency.claims`, whose keys have no progress to keep. Each later write demands that the claim
still stands, and sets values rather than adding to them: the SDK may repeat one whose answer was lost.
"""

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import iso8601
from functions.common.dynamodb_items import from_item, setting, to_item
from functions.common.error_category import error_type
from functions.common.errors import LeaseHeld, LeaseLost
from functions.files.processor.checkpoint import Checkpoint, FileStatus
from functions.files.rounds.files_table import CHECKPOINT, expires_at, key
from functions.files.rounds.task import Task

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MAX_REASON_CHARACTERS = 1024  # as much as the dead letter carries
_FREE = (
    "attribute_not_exists(#status) OR #status = :failed "
    "OR (#status = :inflight AND (attribute_not_exists(#leaseExpiresAt) OR #leaseExpiresAt <= :now))"
)


class Checkpoints:
    """Times are seconds since the epoch."""

    def __init__(
        self, dynamodb: "DynamoDBClient", table_name: str, *, lease_seconds: int, ttl_days: int
    ) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name
        self._lease_seconds = lease_seconds
        self._ttl_days = ttl_days

    def claim(self, task: Task, now: float) -> Checkpoint | None:
        """The file's checkpoint, now ours; None if the file has succeeded. Raises LeaseHeld.

        Free to claim is what is new, has failed, was released, or has a lease that ran out.
        """
        owner = uuid.uuid4().hex
        try:
            answer = self._dynamodb.update_item(**self._claiming(task, owner, now))
        except ClientError as error:
            found = from_item(_in_the_way(error))
            if found["status"] == FileStatus.SUCCEEDED:
                return None
            if found["owner"] != owner:
                rest = found["leaseExpiresAt"] - now
                raise LeaseHeld(f"another attempt has a lease on the file for {rest:.0f} s more") from None
            return Checkpoint.from_attributes(found)  # the SDK repeated a write whose answer was lost
        return Checkpoint.from_attributes(from_item(answer["Attributes"]))

    def advance(self, checkpoint: Checkpoint, now: float) -> None:
        """Keep the progress. Raises LeaseLost, like all that follow."""
        self._write(checkpoint, FileStatus.INFLIGHT, checkpoint.progress(), now)

    def release(self, checkpoint: Checkpoint, now: float) -> None:
        """Leave the rest to another invocation, which need not wait for the lease to run out."""
        self._write(checkpoint, FileStatus.INFLIGHT, {}, now, ends_lease=True)

    def succeed(self, checkpoint: Checkpoint, now: float) -> None:
        """Every row is done with."""
        values = checkpoint.progress() | {"finishedAt": iso8601(now)}
        self._write(checkpoint, FileStatus.SUCCEEDED, values, now, ends_lease=True)

    def fail(self, checkpoint: Checkpoint, error: Exception, now: float) -> None:
        """This attempt failed. The progress stays, for another attempt or for the redrive."""
        values = {
            "errorType": error_type(error),
            "reason": str(error)[:_MAX_REASON_CHARACTERS],
            "finishedAt": iso8601(now),
        }
        self._write(checkpoint, FileStatus.FAILED, values, now, ends_lease=True)

    def _claiming(self, task: Task, owner: str, now: float) -> Any:
        values = _identity(task) | {
            "status": FileStatus.INFLIGHT.value,
            "owner": owner,
            "leaseExpiresAt": _seconds(now + self._lease_seconds),
            "updatedAt": iso8601(now),
            "expiresAt": expires_at(now, self._ttl_days),
        }
        initial = Checkpoint.nothing_done() | {"firstSeenAt": iso8601(now)}
        update = setting(values, initial=initial, removed=("errorType", "reason", "finishedAt"))
        update["UpdateExpression"] += " ADD #attempts :one"
        update["ExpressionAttributeNames"]["#attempts"] = "attempts"
        update["ExpressionAttributeValues"] |= to_item(
            {
                ":one": 1,
                ":failed": FileStatus.FAILED.value,
                ":inflight": FileStatus.INFLIGHT.value,
                ":now": _seconds(now),
            }
        )
        return update | {
            "TableName": self._table_name,
            "Key": key(task.file, CHECKPOINT),
            "ConditionExpression": _FREE,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _write(
        self,
        checkpoint: Checkpoint,
        status: FileStatus,
        values: dict[str, Any],
        now: float,
        *,
        ends_lease: bool = False,
    ) -> None:
        """A repeated write finds the status that it has set itself."""
        values = values | {"status": status.value, "updatedAt": iso8601(now)}
        update = setting(values, removed=("leaseExpiresAt",) if ends_lease else ())
        update["ExpressionAttributeNames"]["#owner"] = "owner"
        update["ExpressionAttributeValues"] |= to_item(
            {":mine": checkpoint.owner, ":inflight": FileStatus.INFLIGHT.value}
        )
        try:
            self._dynamodb.update_item(
                TableName=self._table_name,
                Key=key(checkpoint.file, CHECKPOINT),
                ConditionExpression="#owner = :mine AND #status IN (:inflight, :status)",
                **update,
            )
        except ClientError as error:
            if error_type(error) != "ConditionalCheckFailedException":
                raise
            raise LeaseLost("another attempt took over the file") from error


def _identity(task: Task) -> dict[str, Any]:
    """What a reader of the table wants to know of the object."""
    identity = {"bucket": task.bucket, "key": task.key, "sizeBytes": task.size_bytes}
    return identity | ({"versionId": task.version_id} if task.version_id else {})


def _in_the_way(error: ClientError) -> dict[str, Any]:
    """The item that failed the condition. Raises the error again if it is another one."""
    item: dict[str, Any] | None = error.response.get("Item")  # type: ignore[assignment]  # botocore lacks it
    if error_type(error) != "ConditionalCheckFailedException" or item is None:
        raise error
    return item


def _seconds(epoch: float) -> Decimal:
    return Decimal(f"{epoch:.3f}")
