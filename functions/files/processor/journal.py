"""The journal of a file: a record for each batch and each attempt, written before the deed and after it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.clock import Clock
from functions.common.dynamodb_items import from_item, to_item
from functions.common.errors import TransientFailure
from functions.files.processor.backoff import backoff_seconds
from functions.files.processor.batch_record import Unsettled
from functions.files.processor.checkpoint import Checkpoint
from functions.files.rounds.files_table import ENTRY, FILE, attempts_at_batch, expires_at

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MAX_TRIES = 4


@dataclass(frozen=True)
class Journal:
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
            time.sleep(backoff_seconds(failures))
        raise TransientFailure(f"DynamoDB left out entries of the journal, {_MAX_TRIES} times")

    def unsettled(self, checkpoint: Checkpoint) -> Unsettled:
        """What earlier attempts left behind of the batch that comes next."""
        if checkpoint.attempts == 1:
            return Unsettled()
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
                return Unsettled.of(records)
            parameters = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
