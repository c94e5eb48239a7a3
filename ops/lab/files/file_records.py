"""Records of a file in the files table: its checkpoint, its batches, its attempts, and how they are read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.common.dynamodb_items import from_item
from functions.files.processor.checkpoint import FileStatus
from functions.files.processor.file_journal import RowBatchState
from functions.files.rounds.files_table import ATTEMPT_PREFIX, BATCH_PREFIX, CHECKPOINT, ENTRY, FILE
from ops.lab.app.target import Target

Attributes = Mapping[str, Any]
# BatchGetItem takes at most 100 keys (DynamoDB API reference, BatchGetItem).
_KEYS_PER_READ = 100
_READERS = 4


@dataclass(frozen=True, kw_only=True)
class CheckpointOnRecord:
    """How far a file has come: rows before `next_row` are done with. Times in epoch seconds; 0 is none.

    The status INFLIGHT says that the file was begun, and nothing of whether an attempt is at work.
    """

    identity: str
    key: str
    status: FileStatus
    next_row: int
    rows_delivered: int
    rows_rejected: int
    rows_repeated: int
    attempts: int
    size_bytes: int
    first_seen: float
    updated: float
    finished: float
    error_type: str
    reason: str

    @classmethod
    def from_item(cls, item: Attributes) -> "CheckpointOnRecord":
        values = from_item(item)
        return cls(
            identity=values[FILE],
            key=values["key"],
            status=FileStatus(values["status"]),
            next_row=values.get("nextRow", 1),
            rows_delivered=values.get("rowsDelivered", 0),
            rows_rejected=values.get("rowsRejected", 0),
            rows_repeated=values.get("rowsRepeated", 0),
            attempts=values.get("attempts", 0),
            size_bytes=values.get("sizeBytes", 0),
            first_seen=_epoch_seconds(values.get("firstSeenAt")),
            updated=_epoch_seconds(values.get("updatedAt")),
            finished=_epoch_seconds(values.get("finishedAt")),
            error_type=values.get("errorType", ""),
            reason=values.get("reason", ""),
        )


@dataclass(frozen=True, kw_only=True)
class BatchOnRecord:
    """One attempt at the rows from `first_row` to `last_row`; times in epoch milliseconds, 0 while SENDING.

    `delivered` and `unknown` are of a PARTIAL one: rows that were taken, and rows whose call got no answer.
    `repeated` counts the rows that it sent although an earlier attempt may have.
    """

    first_row: int
    last_row: int
    attempt: int
    state: RowBatchState
    started: int
    ended: int = 0
    repeated: int = 0
    delivered: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()

    @classmethod
    def from_item(cls, item: Attributes) -> "BatchOnRecord":
        values = from_item(item)
        return cls(
            first_row=values["firstRow"],
            last_row=values["lastRow"],
            attempt=int(values[ENTRY].rpartition("#")[2]),
            state=RowBatchState(values["state"]),
            started=values["startedAt"],
            ended=values.get("endedAt", 0),
            repeated=values["repeated"],
            delivered=frozenset(values.get("delivered", ())),
            unknown=frozenset(values.get("unknown", ())),
        )

    @property
    def rows(self) -> frozenset[int]:
        return frozenset(range(self.first_row, self.last_row + 1))


@dataclass(frozen=True, kw_only=True)
class AttemptOnRecord:
    """One invocation's work on a file, in epoch milliseconds; `ended` is 0 if it was killed or is at work."""

    started: int
    ended: int = 0
    outcome: str = ""
    rows: int = 0

    @classmethod
    def from_item(cls, item: Attributes) -> "AttemptOnRecord":
        values = from_item(item)
        return cls(
            started=values["startedAt"],
            ended=values.get("endedAt", 0),
            outcome=values.get("outcome", ""),
            rows=values.get("rows", 0),
        )


@dataclass(frozen=True)
class FileRecords:
    """Everything that the table has of one file; `checkpoint` is None where no attempt has begun."""

    identity: str
    checkpoint: CheckpointOnRecord | None = None
    batches: tuple[BatchOnRecord, ...] = ()
    attempts: tuple[AttemptOnRecord, ...] = ()

    @classmethod
    def from_items(cls, identity: str, items: Sequence[Attributes]) -> "FileRecords":
        entries = [(item[ENTRY]["S"], item) for item in items]
        checkpoints = [CheckpointOnRecord.from_item(item) for entry, item in entries if entry == CHECKPOINT]
        return cls(
            identity,
            checkpoints[0] if checkpoints else None,
            tuple(BatchOnRecord.from_item(item) for entry, item in entries if entry.startswith(BATCH_PREFIX)),
            tuple(
                AttemptOnRecord.from_item(item) for entry, item in entries if entry.startswith(ATTEMPT_PREFIX)
            ),
        )


def read_checkpoints(target: Target, identities: Iterable[str]) -> dict[str, CheckpointOnRecord]:
    """The checkpoints that there are of those files, read consistently, by identity."""
    wanted = list(identities)
    reads = (wanted[at : at + _KEYS_PER_READ] for at in range(0, len(wanted), _KEYS_PER_READ))
    return {found.identity: found for some in reads for found in _read(target, some)}


def read_all_checkpoints(target: Target) -> list[CheckpointOnRecord]:
    """Every file's checkpoint. Reads the whole table, batches too: on AWS each item costs capacity."""
    pages = target.dynamodb.get_paginator("scan").paginate(
        TableName=target.output("CsvFilesTableName"),
        FilterExpression=f"{ENTRY} = :checkpoint",
        ExpressionAttributeValues={":checkpoint": {"S": CHECKPOINT}},
        ConsistentRead=True,
    )
    return [CheckpointOnRecord.from_item(item) for page in pages for item in page["Items"]]


def read_records(target: Target, identities: Iterable[str]) -> list[FileRecords]:
    """Everything that the table has of those files, in their order."""
    with ThreadPoolExecutor(_READERS, thread_name_prefix="files table") as readers:
        return list(readers.map(lambda identity: _records(target, identity), identities))


def _records(target: Target, identity: str) -> FileRecords:
    pages = target.dynamodb.get_paginator("query").paginate(
        TableName=target.output("CsvFilesTableName"),
        KeyConditionExpression="#file = :file",
        ExpressionAttributeNames={"#file": FILE},  # a reserved word in expressions
        ExpressionAttributeValues={":file": {"S": identity}},
        ConsistentRead=True,
    )
    return FileRecords.from_items(identity, [item for page in pages for item in page["Items"]])


def _read(target: Target, identities: list[str]) -> Iterator[CheckpointOnRecord]:
    table = target.output("CsvFilesTableName")
    keys = [{FILE: {"S": identity}, ENTRY: {"S": CHECKPOINT}} for identity in identities]
    wanted: Any = {table: {"Keys": keys, "ConsistentRead": True}}
    while wanted:
        answer = target.dynamodb.batch_get_item(RequestItems=wanted)
        yield from (CheckpointOnRecord.from_item(item) for item in answer["Responses"].get(table, []))
        wanted = answer.get("UnprocessedKeys")


def _epoch_seconds(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0
