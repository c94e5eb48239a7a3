"""State item of a key, in the ingestion state table, and what its state allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from functions.common.errors import IdempotencyKeyReused, LeaseHeld
from functions.ingestion.identity import Identity


class KeyStatus(StrEnum):
    INFLIGHT = "INFLIGHT"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True)
class StateItem:
    """What a claim has to know of the item that it met."""

    status: KeyStatus
    checksum: str
    attempts: int
    lease_owner: str | None
    lease_expires_at: float  # seconds since the epoch; 0 when no attempt holds a lease

    @classmethod
    def from_attributes(cls, attributes: Mapping[str, Any]) -> "StateItem":
        """From DynamoDB's typed attributes."""
        return cls(
            status=KeyStatus(attributes["status"]["S"]),
            checksum=attributes["checksum"]["S"],
            attempts=int(attributes["attempts"]["N"]),
            lease_owner=attributes.get("leaseOwner", {}).get("S"),
            lease_expires_at=float(attributes.get("leaseExpiresAt", {}).get("N", 0)),
        )

    def allows_attempt(self, identity: Identity, now: float) -> bool:
        """Whether the key may be tried again; False means that it is done and the message is a duplicate.

        "The key exists, so it is done" would lose every message whose first attempt crashed.
        The first payload owns the key until the item expires, also while it is FAILED: it may be waiting in
        the dead-letter queue for its redrive. Raises IdempotencyKeyReused for another payload, and LeaseHeld
        while someone else is at work.
        """
        if self.checksum != identity.checksum:
            raise IdempotencyKeyReused(f"key {identity.key} belongs to another payload")
        if self.status is KeyStatus.SUCCEEDED:
            return False
        if self.status is KeyStatus.INFLIGHT and self.lease_expires_at > now:
            raise LeaseHeld(f"key {identity.key} is leased until {self.lease_expires_at:.3f}")
        return True


def epoch(seconds: float) -> dict[str, str]:
    """A time as a DynamoDB number of seconds since the epoch, to the millisecond."""
    return {"N": f"{seconds:.3f}"}
