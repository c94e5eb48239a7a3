"""Journal of a file: a record for each batch of rows and each attempt, written before it and after it."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from functions.common.backoff import pause_seconds
from functions.common.clock import Clock, milliseconds
from functions.common.dynamodb_items import expires_at, from_item, to_item
from functions.common.errors import TransientFailure
from functions.files.processor.checkpoint import FileCheckpoint
from functions.files.rounds.files_table import (
    ENTRY,
    FILE,
    attempt_entry,
    attempts_at_batch,
    batch_entry,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MAX_TRIES = 4
# Of two machines; and less than any TTL, which is a day at least.
_CLOCK_SKEW_SECONDS = 3_600


class RowBatchState(StrEnum):
    """What stays SENDING belongs to a process that died. Where the checkpoint's `nextRow` is beyond it, every
    row was delivered all the same, and only this record was not concluded."""

    SENDING = "SENDING"
    DELIVERED = "DELIVERED"  # or rejected: every row is done with
    PARTIAL = "PARTIAL"


@dataclass(frozen=True, kw_only=True)
class BatchRecord:
    """Record of one attempt at a batch. Times are milliseconds since the epoch, row numbers from 1.

    `repeated` counts the rows that an earlier attempt may have delivered, unheard of. `delivered` and
    `unknown` are of a PARTIAL batch: rows that the API took, and rows of which it did not say in time.
    """

    first_row: int
    last_row: int
    attempt: int
    state: RowBatchState
    repeated: int
    started_at: int
    ended_at: int | None = None
    delivered: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()

    def partial(self, delivered: Iterable[int], unknown: Iterable[int], ended_at: int) -> "BatchRecord":
        """As it stands after the last call, before the checkpoint has moved: another attempt would know."""
        return replace(
            self,
            state=RowBatchState.PARTIAL,
            delivered=tuple(sorted(delivered)),
            unknown=tuple(sorted(unknown)),
            ended_at=ended_at,
        )

    def concluded(self) -> "BatchRecord":
        """As it stands once the checkpoint has moved beyond it."""
        return replace(self, state=RowBatchState.DELIVERED)

    def as_document(self, file: str) -> dict[str, Any]:
        """As plain values of the table."""
        document = {
            FILE: file,
            ENTRY: batch_entry(self.first_row, self.attempt),
            "firstRow": self.first_row,
            "lastRow": self.last_row,
            "state": self.state.value,
            "repeated": self.repeated,
            "startedAt": self.started_at,
        }
        if self.ended_at is not None:
            document["endedAt"] = self.ended_at
        if self.state is RowBatchState.PARTIAL:
            document |= {"delivered": list(self.delivered), "unknown": list(self.unknown)}
        return document


@dataclass(frozen=True)
class UnsettledRows:
    """What earlier attempts left behind of the batch that begins at the checkpoint's next row.

    `delivered` need not be sent again. Rows `in_doubt` may have been delivered: they are sent again, and
    counted as repeated. `repeated` is how many were counted so before.
    """

    delivered: frozenset[int] = frozenset()
    in_doubt: frozenset[int] = frozenset()
    repeated: int = 0
    rows: int = 0  # of the longest of those attempts: the next one takes as many, and settles them all

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> "UnsettledRows":
        """From the records of all earlier attempts at the batch, as plain values."""
        delivered: set[int] = set()
        in_doubt: set[int] = set()
        repeated = rows = 0
        for record in records:
            rows = max(rows, record["lastRow"] - record["firstRow"] + 1)
            repeated += record["repeated"]
            if record["state"] == RowBatchState.SENDING:
                in_doubt |= set(range(record["firstRow"], record["lastRow"] + 1))
            else:
                delivered |= set(record["delivered"])
                in_doubt |= set(record["unknown"])
        return cls(frozenset(delivered), frozenset(in_doubt - delivered), repeated, rows)


@dataclass(frozen=True)
class AttemptRecord:
    """Record of one invocation: from these times one can see how many ran at once. `started_at` is in
    milliseconds since the epoch. What has no end belongs to a process that died."""

    file: str
    started_at: int
    request_id: str

    def begun(self) -> dict[str, Any]:
        """As plain values of the table."""
        return {
            FILE: self.file,
            ENTRY: attempt_entry(self.started_at, self.request_id),
            "startedAt": self.started_at,
        }

    def ended(self, ended_at: int, outcome: str, rows: int) -> dict[str, Any]:
        """`outcome` is a status of the answer, or the type of the error; `rows` were delivered."""
        return self.begun() | {"endedAt": ended_at, "outcome": outcome, "rows": rows}


@dataclass(frozen=True)
class FileJournal:
    """The end of one batch and the beginning of the next travel in one BatchWriteItem: half the calls.

    Nothing here is conditional: each attempt writes entries of its own, and asks the checkpoint, which is
    fenced, before each batch.
    """

    dynamodb: "DynamoDBClient"
    table_name: str
    ttl_days: int
    clock: Clock

    def write(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Write whole entries, 25 at most; of two with one key the last, as DynamoDB takes no two.

        Raises TransientFailure if DynamoDB leaves out some of them every time.
        """
        expiry = expires_at(self.clock(), self.ttl_days)
        items = {each[ENTRY]: to_item({**each, "expiresAt": expiry}) for each in documents}
        requests = [{"PutRequest": {"Item": item}} for item in items.values()]
        unprocessed: Any = {self.table_name: requests}
        for failures in range(1, _MAX_TRIES + 1):
            unprocessed = self.dynamodb.batch_write_item(RequestItems=unprocessed)["UnprocessedItems"]
            if not unprocessed:
                return
            time.sleep(pause_seconds(failures))
        raise TransientFailure(f"DynamoDB left out entries of the journal, {_MAX_TRIES} times")

    def unsettled(self, checkpoint: FileCheckpoint) -> UnsettledRows:
        """What earlier attempts left behind of the batch that comes next.

        Not those of another run through the file, whose checkpoint expired before its batches: TTL deletes
        item by item, within days (DynamoDB developer guide, "Using time to live (TTL) in DynamoDB").
        """
        if checkpoint.attempts == 1:
            return UnsettledRows()
        first_seen = datetime.fromisoformat(checkpoint.first_seen_at).timestamp()
        since = milliseconds(first_seen - _CLOCK_SKEW_SECONDS)
        records = []
        parameters: dict[str, Any] = {}
        while True:
            answer = self.dynamodb.query(
                TableName=self.table_name,
                KeyConditionExpression=f"{FILE} = :file AND begins_with({ENTRY}, :batch)",
                ExpressionAttributeValues=to_item(
                    {":file": checkpoint.file, ":batch": attempts_at_batch(checkpoint.next_row)}
                ),
                ConsistentRead=True,
                **parameters,
            )
            records += [from_item(item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return UnsettledRows.of(record for record in records if record["startedAt"] >= since)
            parameters = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
