"""Ingestion state table, as it is read: the state of each idempotency key."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

# BatchGetItem takes at most 100 keys (DynamoDB API reference, BatchGetItem).
_KEYS_PER_READ = 100


@dataclass(frozen=True)
class Item:
    """One key's state. Two reads are equal exactly if nothing was written in between that matters."""

    key: str
    status: str
    attempts: int
    processed_at: str | None
    checksum: str | None
    error_type: str | None

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"


def read_items(target: Target, keys: Iterable[str]) -> dict[str, Item]:
    """The items of those `keys` that the table has, read consistently."""
    return {key: _item(attributes) for key, attributes in read_attributes(target, keys).items()}


def read_attributes(target: Target, keys: Iterable[str]) -> "dict[str, dict[str, AttributeValueTypeDef]]":
    """The same items with DynamoDB's typed attributes."""
    distinct = list(dict.fromkeys(keys))
    reads = (distinct[at : at + _KEYS_PER_READ] for at in range(0, len(distinct), _KEYS_PER_READ))
    return {item["idempotencyKey"]["S"]: item for some in reads for item in _read(target, some)}


def read_raw(target: Target, key: str) -> dict[str, Any]:
    """The whole item of `key` as plain values; empty where there is none."""
    answer = target.dynamodb.get_item(
        TableName=target.output("TableName"), Key={"idempotencyKey": {"S": key}}, ConsistentRead=True
    )
    return {name: next(iter(value.values())) for name, value in answer.get("Item", {}).items()}


def _read(target: Target, keys: Iterable[str]) -> "Iterator[dict[str, AttributeValueTypeDef]]":
    table = target.output("TableName")
    wanted: Any = {table: {"Keys": [{"idempotencyKey": {"S": key}} for key in keys], "ConsistentRead": True}}
    while wanted:
        answer = target.dynamodb.batch_get_item(RequestItems=wanted)
        yield from answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys")


def _item(attributes: "dict[str, AttributeValueTypeDef]") -> Item:
    def text(name: str) -> str | None:
        return attributes[name]["S"] if name in attributes else None

    return Item(
        key=attributes["idempotencyKey"]["S"],
        status=attributes["status"]["S"],
        attempts=int(attributes["attempts"]["N"]) if "attempts" in attributes else 0,
        processed_at=text("processedAt"),
        checksum=text("checksum"),
        error_type=text("errorType"),
    )
