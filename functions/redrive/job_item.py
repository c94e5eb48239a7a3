"""Jobs as DynamoDB's typed attributes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from functions.redrive.job import Job


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Text, integers and Decimals, by attribute name."""
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in values.items()}


def to_job(item: Mapping[str, Any]) -> Job:
    """The job that an item holds."""
    deserialize = TypeDeserializer().deserialize
    return Job.from_document({name: _plain(deserialize(value)) for name, value in item.items()})


def setting(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an UpdateItem that sets attributes. Every name is aliased: `status` is reserved."""
    return {
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": {f":{name}": value for name, value in to_item(values).items()},
    }


def _plain(value: Any) -> Any:
    """Whole numbers as int, which JSON can carry; `leaseExpiresAt` alone has a fraction."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value
