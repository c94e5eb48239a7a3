"""Control table: a few items by which the functions of one pipeline agree on who works, and how hard.

Its items are `lock`, `concurrency`, `pressure` and `batch`; each has a module of its own, which knows its
attributes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.dynamodb_items import from_item, setting, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = "name"  # the table's partition key


@dataclass(frozen=True)
class ControlTable:
    """Reads the items. Apart from the writer, since what only reads needs no other right."""

    dynamodb: "DynamoDBClient"
    table_name: str

    def read(self, name: str) -> dict[str, Any]:
        """An item as it is now, numbers as int or float; empty if there is none."""
        answer = self.dynamodb.get_item(TableName=self.table_name, Key=key_of(name), ConsistentRead=True)
        return from_item(answer.get("Item", {}))


@dataclass(frozen=True)
class ControlWriter(ControlTable):
    """Replaces the items as well."""

    def write(self, name: str, values: Mapping[str, Any]) -> None:
        item = {**key_of(name), **to_item(values)}
        self.dynamodb.put_item(TableName=self.table_name, Item=item)


@dataclass(frozen=True)
class ControlChanger(ControlWriter):
    """Changes single attributes as well."""

    def change(self, name: str, values: Mapping[str, Any]) -> None:
        """Set these attributes of an item, and leave its others as they are."""
        self.dynamodb.update_item(TableName=self.table_name, Key=key_of(name), **setting(values))


def key_of(name: str) -> dict[str, Any]:
    return {KEY: {"S": name}}
