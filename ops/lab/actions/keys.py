"""Let go of an idempotency key."""

import time
from typing import TYPE_CHECKING

from ops.lab.app.target import Target
from ops.lab.errors import Refused
from ops.lab.probes.table_scan import Condition, condition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def release(target: Target, key: str) -> "dict[str, AttributeValueTypeDef]":
    """Delete the key's item, so that the key is new again; return what it was, to be put back if need be.

    Raises Refused where there is none, where an attempt holds it, or where it changed meanwhile.
    """
    table = target.output("TableName")
    primary: dict[str, AttributeValueTypeDef] = {"idempotencyKey": {"S": key}}
    item = target.dynamodb.get_item(TableName=table, Key=primary, ConsistentRead=True).get("Item")
    if item is None:
        raise Refused(f"the table has no key {key}")
    if condition(item, time.time()) is Condition.LEASED:
        raise Refused(f"an attempt is at work on {key}", hint="wait until its lease has run out")
    conflict = target.dynamodb.exceptions.ConditionalCheckFailedException
    try:
        # `attempts` grows with each claim, and so tells one state of the item from the next.
        target.dynamodb.delete_item(
            TableName=table,
            Key=primary,
            ConditionExpression="#status = :status AND attempts = :attempts",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": item["status"], ":attempts": item["attempts"]},
        )
    except conflict as error:
        raise Refused(f"an attempt took {key} meanwhile", hint=f"lab keys show {key}") from error
    return item
