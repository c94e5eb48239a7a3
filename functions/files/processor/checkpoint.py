"""Checkpoint of a file: who may work on it, and how far it has come.

One conditional UpdateItem claims a file, whatever state it is in; its answer is the state. Compare
`functions.idempotency.claims`, whose keys have no progress to keep. Each later write demands that the claim
still stands, and sets values rather than adding to them: the SDK may repeat one whose answer was lost.
"""

import uuid
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import iso8601
from functions.common.dynamodb_items import (
    expires_at,
    from_item,
    is_lost_write,
    item_in_the_way,
    seconds,
    setting,
    to_item,
)
from functions.common.error_category import error_type
from functions.common.errors import LeaseHeld, LeaseLost
from functions.common.sqs_message import MAX_REASON_CHARACTERS
from functions.files.processor.csv_rows import Columns, Layout
from functions.files.rounds.files_table import CHECKPOINT, key
from functions.files.rounds.task import Task

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FREE = (
    "attribute_not_exists(#status) OR #status = :failed "
    "OR (#status = :inflight AND (attribute_not_exists(#leaseExpiresAt) OR #leaseExpiresAt <= :now))"
)


class FileStatus(StrEnum):
    """FAILED is how the last attempt ended: it is final once the message lies in the dead-letter queue."""

    INFLIGHT = "INFLIGHT"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True)
class FileCheckpoint:
    """Rows before `next_row` are done with; `byte_offset` is where `next_row` begins, in the unpacked text.

    `owner` is the fencing token: without the lease a write is refused. `attempts` counts claims, this one
    included; the first was at `first_seen_at` (ISO 8601). Without a layout the file is read from its
    beginning. The rejects of the rows before `rejects_merged_to` are merged: the file had failed for good.
    """

    file: str
    owner: str
    attempts: int
    next_row: int
    byte_offset: int
    rows_delivered: int
    rows_rejected: int
    rows_repeated: int
    layout: Layout | None
    first_seen_at: str
    rejects_merged_to: int = 1

    @classmethod
    def from_attributes(cls, values: Mapping[str, Any]) -> "FileCheckpoint":
        """From an item's plain values."""
        columns = values.get("columns")
        return cls(
            file=values["file"],
            owner=values["owner"],
            attempts=values["attempts"],
            next_row=values["nextRow"],
            byte_offset=values["byteOffset"],
            rows_delivered=values["rowsDelivered"],
            rows_rejected=values["rowsRejected"],
            rows_repeated=values["rowsRepeated"],
            layout=Layout(Columns(*columns), values["isGzip"]) if columns else None,
            first_seen_at=values["firstSeenAt"],
            rejects_merged_to=values.get("rejectsMergedTo", 1),
        )

    @staticmethod
    def nothing_done() -> dict[str, Any]:
        """The progress of a file that was not claimed before, as attributes."""
        return {"nextRow": 1, "byteOffset": 0, "rowsDelivered": 0, "rowsRejected": 0, "rowsRepeated": 0}

    def progress(self) -> dict[str, Any]:
        """What changes from batch to batch, as attributes."""
        layout = self.layout
        return {
            "nextRow": self.next_row,
            "byteOffset": self.byte_offset,
            "rowsDelivered": self.rows_delivered,
            "rowsRejected": self.rows_rejected,
            "rowsRepeated": self.rows_repeated,
        } | ({"columns": list(astuple(layout.columns)), "isGzip": layout.is_gzip} if layout else {})


class Checkpoints:
    """The checkpoints of all files. Times are seconds since the epoch."""

    def __init__(
        self, dynamodb: "DynamoDBClient", table_name: str, *, lease_seconds: int, ttl_days: int
    ) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name
        self._lease_seconds = lease_seconds
        self._ttl_days = ttl_days

    def claim(self, task: Task, now: float) -> FileCheckpoint | None:
        """The file's checkpoint, now ours; None if the file has succeeded. Raises LeaseHeld.

        Free to claim is what is new, has failed, was released, or has a lease that ran out.
        """
        owner = uuid.uuid4().hex
        try:
            answer = self._dynamodb.update_item(**self._claiming(task, owner, now))
        except ClientError as error:
            found = from_item(item_in_the_way(error))
            if not found:
                raise
            if found["status"] == FileStatus.SUCCEEDED:
                return None
            if found["owner"] != owner:
                rest = found["leaseExpiresAt"] - now
                raise LeaseHeld(f"another attempt has a lease on the file for {rest:.0f} s more") from None
            return FileCheckpoint.from_attributes(found)  # the SDK repeated a write whose answer was lost
        return FileCheckpoint.from_attributes(from_item(answer["Attributes"]))

    def advance(self, checkpoint: FileCheckpoint, now: float) -> None:
        """Keep the progress. Raises LeaseLost, like all that follow."""
        self._write(checkpoint, FileStatus.INFLIGHT, checkpoint.progress(), now)

    def release(self, checkpoint: FileCheckpoint, now: float) -> None:
        """Leave the rest to another invocation, which need not wait for the lease to run out."""
        self._write(checkpoint, FileStatus.INFLIGHT, {}, now, ends_lease=True)

    def succeed(self, checkpoint: FileCheckpoint, now: float) -> None:
        """Every row is done with."""
        values = checkpoint.progress() | {"finishedAt": iso8601(now)}
        self._write(checkpoint, FileStatus.SUCCEEDED, values, now, ends_lease=True)

    def fail(self, checkpoint: FileCheckpoint, error: Exception, now: float) -> None:
        """This attempt failed. The progress stays, for another attempt or for the redrive."""
        values = {
            "errorType": error_type(error),
            "reason": str(error)[:MAX_REASON_CHARACTERS],
            "finishedAt": iso8601(now),
            "rejectsMergedTo": checkpoint.rejects_merged_to,
        }
        self._write(checkpoint, FileStatus.FAILED, values, now, ends_lease=True)

    def _claiming(self, task: Task, owner: str, now: float) -> Any:
        values = _identity(task) | {
            "status": FileStatus.INFLIGHT.value,
            "owner": owner,
            "leaseExpiresAt": seconds(now + self._lease_seconds),
            "updatedAt": iso8601(now),
            "expiresAt": expires_at(now, self._ttl_days),
        }
        initial = FileCheckpoint.nothing_done() | {"firstSeenAt": iso8601(now)}
        update = setting(values, initial=initial, removed=("errorType", "reason", "finishedAt"))
        update["UpdateExpression"] += " ADD #attempts :one"
        update["ExpressionAttributeNames"]["#attempts"] = "attempts"
        update["ExpressionAttributeValues"] |= to_item(
            {
                ":one": 1,
                ":failed": FileStatus.FAILED.value,
                ":inflight": FileStatus.INFLIGHT.value,
                ":now": seconds(now),
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
        checkpoint: FileCheckpoint,
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
            if not is_lost_write(error):
                raise
            raise LeaseLost("another attempt took over the file") from error


def _identity(task: Task) -> dict[str, Any]:
    """What a reader of the table wants to know of the object."""
    identity = {"bucket": task.bucket, "key": task.key, "sizeBytes": task.size_bytes}
    return identity | ({"versionId": task.version_id} if task.version_id else {})
