"""Actions on idempotency keys: release one, send an order under a stranded lease, free keys of attempts that
are gone."""

import json
import time
import uuid
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from functions.common.clock import iso8601
from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.idempotency import checksum
from functions.ingestion.strict_json import parse_json
from ops.lab.actions import functions, traffic
from ops.lab.app.state_table import read_attributes
from ops.lab.app.target import Target
from ops.lab.app.traffic import Event, new_run_name, order
from ops.lab.drills.scene import Scene
from ops.lab.errors import Refused
from ops.lab.probes.state_table import KeyCondition, condition
from ops.lab.waiting import eventually

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_STRANDED_SECONDS = 3600
_TTL_SECONDS = 86_400
# By how much a machine that stands still may make a watch longer than what is watched for.
_STANDSTILL_SECONDS = 120.0


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


def holders(target: Target, keys: Iterable[str]) -> dict[str, str]:
    """The owner of the lease of each of these keys that an attempt holds now."""
    now = time.time()
    return {
        key: item["leaseOwner"]["S"]
        for key, item in read_attributes(target, keys).items()
        if condition(item, now) is KeyCondition.LEASED
    }


def abandoned(target: Target, keys: Collection[str]) -> dict[str, str]:
    """Of these keys those that an attempt holds which is gone, each with the owner of that lease.

    Nothing in an item tells when it was claimed: the lease may have been another one then, and a clock may be
    wrong. But no attempt outlives the worker's timeout. So this watches for that long, less where each key is
    given back before, and what one owner has held all the while is left of an attempt that is gone.
    """
    seen, began = holders(target, keys), time.monotonic()
    longest = functions.worker_timeout_seconds(target)

    def still_held() -> dict[str, str]:
        now = holders(target, seen)
        return {key: owner for key, owner in seen.items() if now.get(key) == owner}

    return eventually(
        still_held,
        within=longest + _STANDSTILL_SECONDS,
        until=lambda held: not held or time.monotonic() - began >= longest,
        what="the end of every attempt at these keys",
    )


def end_leases(target: Target, keys: Collection[str]) -> int:
    """Let the leases of these keys run out now, where an attempt that is gone holds one: the next delivery
    takes the key over. Return how many did.

    The lease of an attempt that may be alive is left, for a second one would work beside it: see `abandoned`.
    """
    ended = 0
    for key, owner in abandoned(target, keys).items():
        try:
            target.dynamodb.update_item(
                TableName=target.output("TableName"),
                Key={"idempotencyKey": {"S": key}},
                UpdateExpression="SET leaseExpiresAt = :now",
                ConditionExpression="#status = :inflight AND leaseOwner = :owner AND leaseExpiresAt > :now",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":inflight": {"S": "INFLIGHT"},
                    ":owner": {"S": owner},
                    ":now": {"N": f"{time.time():.3f}"},
                },
            )
        except target.dynamodb.exceptions.ConditionalCheckFailedException:
            continue  # it ran out, or somebody else ended it
        ended += 1
    return ended


def forget(target: Target, keys: Collection[str]) -> int:
    """Delete the items of these keys that an attempt which is gone holds, so that the keys are new again.
    Return how many went.

    As a person may who knows that nothing of their events was done, by the table's own API.
    """
    forgotten = 0
    for key, owner in abandoned(target, keys).items():
        with suppress(target.dynamodb.exceptions.ConditionalCheckFailedException):
            target.dynamodb.delete_item(
                TableName=target.output("TableName"),
                Key={"idempotencyKey": {"S": key}},
                ConditionExpression="leaseOwner = :owner",
                ExpressionAttributeValues={":owner": {"S": owner}},
            )
            forgotten += 1
    return forgotten


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
