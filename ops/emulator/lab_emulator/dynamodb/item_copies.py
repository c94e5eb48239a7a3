"""Copies of items. An UpdateItem makes two, by a `deepcopy` that inspects each part of an item again."""

from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict


def copy_item(item: Item, _memo: dict[int, Any]) -> Item:
    """Be `Item.__deepcopy__`."""
    copied = object.__new__(type(item))
    copied.__dict__ = item.__dict__ | {"attrs": LimitedSizeDict(_copied(item.attrs))}
    return copied


def copy_value(value: DynamoType, _memo: dict[int, Any]) -> DynamoType:
    """Be `DynamoType.__deepcopy__`."""
    copied = object.__new__(type(value))
    copied.type, copied.value = value.type, _copied(value.value)
    return copied


def _copied(value: Any) -> Any:
    """A copy of what an attribute holds. Texts, numbers and bytes are shared: nothing changes them."""
    if isinstance(value, DynamoType):
        return copy_value(value, {})
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(_copied(each) for each in value)
    return value
