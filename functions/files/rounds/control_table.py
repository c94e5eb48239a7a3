"""The control table: a few items by which the functions of one pipeline agree on who works, and how hard.

Its items are `lock`, `concurrency` and `pressure`; each has a module of its own, which knows its attributes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = "name"  # the table's partition key


@dataclass(frozen=True)
class ControlTable:
    """Reads the items. Apart from the writer, since who only reads needs no other right."""

    dynamodb: "DynamoDBClient"
    table_name: str

    def read(self, name: str) -> dict[str, Any]:
        """An item as it is now, numbers as int or float; empty if there is none."""
        answer = self.dynamodb.get_item(TableName=self.table_name, Key=key_of(name), ConsistentRead=True)
        return plain(answer.get("Item", {}))


@dataclass(frozen=True)
class ControlWriter(ControlTable):
    """Replaces the items as well."""

    def write(self, name: str, values: Mapping[str, Any]) -> None:
        item = {**key_of(name), **typed(values)}
        self.dynamodb.put_item(TableName=self.table_name, Item=item)


def key_of(name: str) -> dict[str, Any]:
    return {KEY: {"S": name}}


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as DynamoDB's typed attributes, which know Decimal and no float."""
    serialize = TypeSerializer().serialize
    return {
        name: serialize(Decimal(str(value)) if isinstance(value, float) else value)
        for name, value in values.items()
    }


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's typed attributes as values that JSON can carry."""
    deserialize = TypeDeserializer().deserialize
    return {name: _plain(deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
