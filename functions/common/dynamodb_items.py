"""Items of DynamoDB: typed attributes from and to plain values, updates, and a lost conditional write."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from functions.common.error_category import error_type

_SECONDS_PER_DAY = 86_400


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Text, numbers and lists of them, by attribute name. boto3 takes Decimal and no float."""
    serialize = TypeSerializer().serialize
    return {
        name: serialize(Decimal(str(value)) if isinstance(value, float) else value)
        for name, value in values.items()
    }


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


def seconds(epoch: float) -> Decimal:
    """A time as a number of seconds since the epoch, to the millisecond."""
    return Decimal(f"{epoch:.3f}")


def expires_at(now: float, ttl_days: int) -> int:
    """The TTL attribute `expiresAt` of an item written now: whole seconds, as TTL wants them."""
    return int(now) + ttl_days * _SECONDS_PER_DAY


def is_lost_write(error: ClientError) -> bool:
    """Whether the error says that a write's condition was not met."""
    return error_type(error) == "ConditionalCheckFailedException"


def item_in_the_way(error: ClientError) -> dict[str, Any]:
    """The item, in typed attributes, that failed the condition of a write with
    ReturnValuesOnConditionCheckFailure=ALL_OLD; empty if there is no item.

    Raises the error again if it is another one.
    """
    if not is_lost_write(error):
        raise error
    item: dict[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]  # botocore lacks it
    return item


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list):
        return [_plain(element) for element in value]
    return value
