"""Why a dead letter failed: the worker's table knows; SQS moves messages with their attributes unchanged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.errors import ErrorCategory, IdempotencyKeyReused
from functions.common.sqs_message import NO_ERROR_TYPE
from functions.redrive.dead_letter import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MAX_READS = 3


@dataclass(frozen=True)
class Failure:
    """An error type, with its category where the worker recorded one."""

    error_type: str
    category: ErrorCategory
    attempts: int = 0

    def matches(self, error_type: str | None) -> bool:
        """Whether a filter names this failure by type or by category; no filter matches all."""
        return error_type is None or error_type in (self.error_type, self.category)


# The item still says INFLIGHT: no attempt lived to write a verdict.
CUT_OFF = "AttemptCutOff"
UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Failures:
    """The state table, as the redrive sees it."""

    dynamodb: "DynamoDBClient"
    table_name: str

    def of(self, letters: Iterable[DeadLetter]) -> dict[str, Failure]:
        """The failure of each letter, by MessageId. Raises botocore's errors."""
        letters = list(letters)
        items = self._items({letter.identity.key for letter in letters})
        return {letter.message_id: _failure(letter, items.get(letter.identity.key)) for letter in letters}

    def _items(self, keys: set[str]) -> dict[str, Mapping[str, Any]]:
        """Items by key. DynamoDB may leave keys unread under load; after a few tries they count as unknown,
        which a filter skips, and which so stay in the queue."""
        wanted: list[Any] = [{"idempotencyKey": {"S": key}} for key in sorted(keys)]
        items: dict[str, Mapping[str, Any]] = {}
        for _ in range(_MAX_READS):
            if not wanted:
                break
            answer = self.dynamodb.batch_get_item(RequestItems={self.table_name: {"Keys": wanted}})
            for item in answer["Responses"].get(self.table_name, []):
                items[item["idempotencyKey"]["S"]] = item
            wanted = list(answer["UnprocessedKeys"].get(self.table_name, {"Keys": []})["Keys"])
        return items


def _failure(letter: DeadLetter, item: Mapping[str, Any] | None) -> Failure:
    if item is None:
        candidate = letter.error_type_candidate
        known = candidate is not None and candidate != NO_ERROR_TYPE
        return Failure(str(candidate) if known else UNKNOWN, ErrorCategory.UNKNOWN)
    attempts = int(item["attempts"]["N"])
    if item["checksum"]["S"] != letter.identity.checksum:  # the item is another payload's
        return Failure(IdempotencyKeyReused.__name__, IdempotencyKeyReused.category, attempts)
    if item["status"]["S"] == "INFLIGHT":
        return Failure(CUT_OFF, ErrorCategory.TIMEOUT, attempts)
    if "errorType" not in item:
        return Failure(UNKNOWN, ErrorCategory.UNKNOWN, attempts)
    return Failure(item["errorType"]["S"], ErrorCategory(item["errorCategory"]["S"]), attempts)
