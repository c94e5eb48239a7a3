"""Probes of idempotency keys: of some, by what the state table says; and of all that it holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from ops.lab.app.state_table import read_items
from ops.lab.app.target import Target


def known(target: Target, keys: Sequence[str]) -> int:
    """How many of the keys the table has in any status: some attempt got as far as claiming them."""
    return len(read_items(target, keys))


def with_status(target: Target, keys: Sequence[str], status: str) -> int:
    """How many of the keys have this status."""
    return sum(item.status == status for item in read_items(target, keys).values())


def with_error_type(target: Target, keys: Sequence[str], error_type: str) -> int:
    """How many of the keys failed last for this reason."""
    return sum(item.error_type == error_type for item in read_items(target, keys).values())


def most_attempts(target: Target, keys: Sequence[str]) -> int:
    """How often the most stubborn of the keys was attempted; 0 before any."""
    return max((item.attempts for item in read_items(target, keys).values()), default=0)


class KeyCondition(StrEnum):
    """INFLIGHT is two things: LEASED while an attempt holds the key, STUCK once its lease has run out."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    LEASED = "LEASED"
    STUCK = "STUCK"


@dataclass(frozen=True)
class IdempotencyKey:
    """A key as an operator reads it. `leased_until` is None where no attempt holds it."""

    key: str
    condition: KeyCondition
    attempts: int
    first_seen: datetime
    error_type: str
    leased_until: datetime | None = None


def all_keys(target: Target, now: float) -> Iterator[IdempotencyKey]:
    """Every key of the table at `now` (epoch seconds). Reads all of it: on AWS each item costs capacity."""
    pages = target.dynamodb.get_paginator("scan").paginate(
        TableName=target.output("TableName"), ConsistentRead=True
    )
    return (_key(item, now) for page in pages for item in page["Items"])


def condition(item: Mapping[str, Any], now: float) -> KeyCondition:
    """Of an item with DynamoDB's typed attributes."""
    if item["status"]["S"] != "INFLIGHT":
        return KeyCondition(item["status"]["S"])
    return KeyCondition.LEASED if float(item["leaseExpiresAt"]["N"]) > now else KeyCondition.STUCK


def _key(item: Mapping[str, Any], now: float) -> IdempotencyKey:
    lease = item.get("leaseExpiresAt", {}).get("N")
    return IdempotencyKey(
        key=item["idempotencyKey"]["S"],
        condition=condition(item, now),
        attempts=int(item["attempts"]["N"]),
        first_seen=datetime.fromisoformat(item["firstSeenAt"]["S"]).astimezone(UTC),
        error_type=item.get("errorType", {}).get("S", ""),
        leased_until=None if lease is None else datetime.fromtimestamp(float(lease), UTC),
    )
