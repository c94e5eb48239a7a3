"""What the state table holds altogether."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from ops.lab.app.target import Target


class Condition(StrEnum):
    """INFLIGHT is two things: LEASED while an attempt holds the key, STUCK once its lease has run out."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    LEASED = "LEASED"
    STUCK = "STUCK"


@dataclass(frozen=True)
class Key:
    """An idempotency key as an operator reads it."""

    key: str
    condition: Condition
    attempts: int
    first_seen: datetime
    error_type: str


def keys(target: Target, now: float) -> Iterator[Key]:
    """Every key of the table at `now` (epoch seconds). Reads all of it: on AWS each item costs capacity."""
    pages = target.dynamodb.get_paginator("scan").paginate(
        TableName=target.output("TableName"), ConsistentRead=True
    )
    return (_key(item, now) for page in pages for item in page["Items"])


def condition(item: Mapping[str, Any], now: float) -> Condition:
    """Of an item with DynamoDB's typed attributes."""
    if item["status"]["S"] != "INFLIGHT":
        return Condition(item["status"]["S"])
    return Condition.LEASED if float(item["leaseExpiresAt"]["N"]) > now else Condition.STUCK


def _key(item: Mapping[str, Any], now: float) -> Key:
    return Key(
        key=item["idempotencyKey"]["S"],
        condition=condition(item, now),
        attempts=int(item["attempts"]["N"]),
        first_seen=datetime.fromisoformat(item["firstSeenAt"]["S"]).astimezone(UTC),
        error_type=item.get("errorType", {}).get("S", ""),
    )
