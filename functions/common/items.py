"""DynamoDB's typed attributes, from and to plain values."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Text, integers, Decimals and lists of them, by attribute name."""
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values, which JSON can carry: whole numbers as int, others as float."""
    deserialize = TypeDeserializer().deserialize
    return {name: _plain(deserialize(value)) for name, value in item.items()}


def setting(
    values: Mapping[str, Any], *, initial: Mapping[str, Any] | None = None, removed: Iterable[str] = ()
) -> dict[str, Any]:
    """The parameters of an UpdateItem that sets `values`, sets `initial` ones that are not there, and removes
    attributes. Every name is aliased, by `#` before it: `status` is reserved."""
    initial = initial or {}
    sets = [f"#{name} = :{name}" for name in values]
    sets += [f"#{name} = if_not_exists(#{name}, :{name})" for name in initial]
    removals = [f"#{name}" for name in removed]
    removing = f" REMOVE {', '.join(removals)}" if removals else ""
    names = [*values, *initial, *removed]
    return {
        "UpdateExpression": f"SET {', '.join(sets)}{removing}",
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ExpressionAttributeValues": {
            f":{name}": value for name, value in to_item({**values, **initial}).items()
        },
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list):
        return [_plain(element) for element in value]
    return value
