"""The files table, read: what became of each version of each object."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.files.rounds.files_table import CHECKPOINT, ENTRY, FILE
from ops.lab.app.target import Target
from ops.lab.files.file_records import Checkpoint, FileRecords

# BatchGetItem takes at most 100 keys (DynamoDB API reference, BatchGetItem).
_KEYS_PER_READ = 100
_READERS = 4


def checkpoints(target: Target, identities: Iterable[str]) -> dict[str, Checkpoint]:
    """The checkpoints that there are of those files, read consistently, by identity."""
    wanted = list(identities)
    reads = (wanted[at : at + _KEYS_PER_READ] for at in range(0, len(wanted), _KEYS_PER_READ))
    return {found.identity: found for some in reads for found in _read(target, some)}


def all_checkpoints(target: Target) -> list[Checkpoint]:
    """Every file's checkpoint. Reads the whole table, batches too: on AWS each item costs capacity."""
    pages = target.dynamodb.get_paginator("scan").paginate(
        TableName=target.output("CsvFilesTableName"),
        FilterExpression=f"{ENTRY} = :checkpoint",
        ExpressionAttributeValues={":checkpoint": {"S": CHECKPOINT}},
        ConsistentRead=True,
    )
    return [Checkpoint.from_item(item) for page in pages for item in page["Items"]]


def records(target: Target, identities: Iterable[str]) -> list[FileRecords]:
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


def _read(target: Target, identities: list[str]) -> Iterator[Checkpoint]:
    table = target.output("CsvFilesTableName")
    keys = [{FILE: {"S": identity}, ENTRY: {"S": CHECKPOINT}} for identity in identities]
    wanted: Any = {table: {"Keys": keys, "ConsistentRead": True}}
    while wanted:
        answer = target.dynamodb.batch_get_item(RequestItems=wanted)
        yield from (Checkpoint.from_item(item) for item in answer["Responses"].get(table, []))
        wanted = answer.get("UnprocessedKeys")
