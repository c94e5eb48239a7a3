"""Actions on idempotency keys: release one, send an order under a stranded lease, end leases."""

import json
import time
import uuid
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from functions.common.clock import iso8601
from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.identity import checksum
from functions.ingestion.strict_json import parse_json
from ops.lab.actions import traffic
from ops.lab.app.target import Target
from ops.lab.app.traffic import Event, new_run_name, order
from ops.lab.drills.scene import Scene
from ops.lab.errors import Refused
from ops.lab.probes.state_table import KeyCondition, condition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_STRANDED_SECONDS = 3600
_TTL_SECONDS = 86_400


def release(target: Target, key: str) -> "dict[str, AttributeValueTypeDef]":
    """Delete the key's item, so that the key is new again; return what it was, to be put back if need be.

    Raises Refused where there is none, where an attempt holds it, or where it changed meanwhile.
    """
    table = target.output("TableName")
    primary: dict[str, AttributeValueTypeDef] = {"idempotencyKey": {"S": key}}
    item = target.dynamodb.get_item(TableName=table, Key=primary, ConsistentRead=True).get("Item")
    if item is None:
        raise Refused(f"the table has no key {key}")
    if condition(item, time.time()) is KeyCondition.LEASED:
        raise Refused(
            f"an attempt is at work on {key}",
            hint=f"wait until its lease has run out, or where the attempt is gone: lab keys end-lease {key}",
        )
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


def send_under_stranded_lease(scene: Scene, events: Sequence[Event] | None = None) -> str:
    """Send orders, a new one by default, whose keys are leased for an hour to attempts that never end.

    A worker with a wrong clock that died would leave such a lease.
    """
    chosen = [order(f"{new_run_name()}-stranded")] if events is None else events
    for event in chosen:
        strand(scene.target, event, _STRANDED_SECONDS)
    return traffic.send_all(scene, chosen)


def end_leases(target: Target, keys: Collection[str]) -> int:
    """Let the leases of these keys run out now, where an attempt holds one; return how many did.

    What an operator does who knows that no attempt is at work: the next delivery takes the key over.
    """
    ended = 0
    for key in keys:
        try:
            target.dynamodb.update_item(
                TableName=target.output("TableName"),
                Key={"idempotencyKey": {"S": key}},
                UpdateExpression="SET leaseExpiresAt = :now",
                ConditionExpression="#status = :inflight AND leaseExpiresAt > :now",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":inflight": {"S": "INFLIGHT"},
                    ":now": {"N": f"{time.time():.3f}"},
                },
            )
        except target.dynamodb.exceptions.ConditionalCheckFailedException:
            continue  # it holds no lease
        ended += 1
    return ended


def strand(target: Target, event: Event, lease_seconds: float) -> None:
    """Leave the key as an attempt does that claimed it and was killed: held until its lease ends.

    Raises botocore's ClientError where the table has the key already.
    """
    now = time.time()
    target.dynamodb.put_item(
        TableName=target.output("TableName"),
        Item={
            "idempotencyKey": {"S": event.key},
            "status": {"S": "INFLIGHT"},
            "checksum": {"S": checksum(canonical_json(parse_json(json.dumps(event.body).encode())))},
            "attempts": {"N": "1"},
            "firstSeenAt": {"S": iso8601(now)},
            "leaseOwner": {"S": uuid.uuid4().hex},
            "leaseExpiresAt": {"N": f"{now + lease_seconds:.3f}"},
            "expiresAt": {"N": str(int(now) + _TTL_SECONDS)},
        },
        ConditionExpression="attribute_not_exists(idempotencyKey)",
    )
