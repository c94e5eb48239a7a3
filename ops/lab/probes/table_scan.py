"""What the state table holds altogether."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ops.lab.target import Target

SUCCEEDED, FAILED, LEASED, STUCK = "SUCCEEDED", "FAILED", "LEASED", "STUCK"
CONDITIONS = (SUCCEEDED, FAILED, LEASED, STUCK)
"""INFLIGHT is two things: LEASED while an attempt holds the key, STUCK once its lease has run out."""


@dataclass(frozen=True)
class Key:
    """An idempotency key as an operator reads it."""

    key: str
    condition: str
    attempts: int
    first_seen: datetime
    error_type: str


def keys(target: Target, now: float) -> Iterator[Key]:
    """Every key of the table at `now` (epoch seconds). Reads all of it: on AWS each item costs capacity."""
    pages = target.dynamodb.get_paginator("scan").paginate(
        TableName=target.output("TableName"), ConsistentRead=True
    )
    return (_key(item, now) for page in pages for item in page["Items"])


def condition(item: Mapping[str, Any], now: float) -> str:
    """Of an item with DynamoDB's typed attributes."""
    status = str(item["status"]["S"])
    if status != "INFLIGHT":
        return status
    return LEASED if float(item["leaseExpiresAt"]["N"]) > now else STUCK


def _key(item: Mapping[str, Any], now: float) -> Key:
    return Key(
        key=item["idempotencyKey"]["S"],
        condition=condition(item, now),
        attempts=int(item["attempts"]["N"]),
        first_seen=datetime.fromisoformat(item["firstSeenAt"]["S"]).astimezone(UTC),
        error_type=item.get("errorType", {}).get("S", ""),
    )
