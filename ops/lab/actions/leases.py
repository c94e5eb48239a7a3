"""Strand a lease, as a worker with a wrong clock would that died; and end it."""

import json
import time
from collections.abc import Collection

from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.idempotency import checksum
from functions.ingestion.strict_json import parse_json
from ops.lab.actions import traffic
from ops.lab.app.target import Target
from ops.lab.app.traffic import Event, new_run_name, order
from ops.lab.drills.scene import Scene

_STRANDED_SECONDS = 3600
_TTL_SECONDS = 86_400


def send_stranded(scene: Scene) -> str:
    """Send a new order whose key is leased for an hour to an attempt that never ends."""
    event = order(f"{new_run_name()}-stranded")
    _strand(scene.target, event)
    return traffic.send_all(scene, [event])


def end(target: Target, keys: Collection[str]) -> str:
    """Let the leases of these keys run out now, where an attempt holds one.

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
    return f"{ended} leases ended"


def _strand(target: Target, event: Event) -> None:
    now = time.time()
    target.dynamodb.put_item(
        TableName=target.output("TableName"),
        Item={
            "idempotencyKey": {"S": event.key},
            "status": {"S": "INFLIGHT"},
            "checksum": {"S": checksum(canonical_json(parse_json(json.dumps(event.body).encode())))},
            "attempts": {"N": "1"},
            "leaseOwner": {"S": "a worker that died"},
            "leaseExpiresAt": {"N": f"{now + _STRANDED_SECONDS:.3f}"},
            "expiresAt": {"N": str(int(now) + _TTL_SECONDS)},
        },
        ConditionExpression="attribute_not_exists(idempotencyKey)",
    )
