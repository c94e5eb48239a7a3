"""Claims: at most one attempt at a time works on a key.

Claiming is PutItem for a key that is new, and UpdateItem to take over one whose last attempt failed or
died. Both are conditional, and a failed condition returns the item that stood in the way, so nothing is read
twice. Compare Powertools' persistence/dynamodb.py; its issues 738, 1038 and 1387 are what the lease covers.
"""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.common.clock import iso8601
from functions.common.errors import LeaseHeld
from functions.idempotency.conditions import item_in_the_way
from functions.idempotency.state_item import StateItem, Status, epoch, expiry
from functions.ingestion.idempotency import Identity

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Claim:
    """The right to work on a key. `owner` fences: who lost its lease cannot write a verdict any more."""

    identity: Identity
    owner: str
    attempts: int


class Claims:
    """Times are seconds since the epoch."""

    def __init__(
        self, dynamodb: "DynamoDBClient", table_name: str, *, lease_seconds: int, ttl_days: int
    ) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name
        self._lease_seconds = lease_seconds
        self._ttl_days = ttl_days

    def claim(self, identity: Identity, now: float) -> Claim | None:
        """Claim a key; None if its event already succeeded. Raises LeaseHeld or IdempotencyKeyReused."""
        owner = uuid.uuid4().hex
        try:
            self._create(identity, owner, now)
        except ClientError as error:
            existing = item_in_the_way(error)
        else:
            return Claim(identity, owner, attempts=1)
        if existing.lease_owner == owner:  # the SDK repeated a write whose answer was lost
            return Claim(identity, owner, existing.attempts)
        if not existing.allows_attempt(identity, now):
            return None
        claim = Claim(identity, owner, existing.attempts + 1)
        self._take_over(claim, existing, now)
        return claim

    def _create(self, identity: Identity, owner: str, now: float) -> None:
        """Write a new item where there is none, or over one that TTL should have deleted.

        TTL may be days late (DynamoDB developer guide, "Working with expired items and TTL").
        """
        self._dynamodb.put_item(
            TableName=self._table_name,
            Item={
                "idempotencyKey": {"S": identity.key},
                "status": {"S": Status.INFLIGHT},
                "checksum": {"S": identity.checksum},
                "firstSeenAt": {"S": iso8601(now)},
                "attempts": {"N": "1"},
                "leaseOwner": {"S": owner},
                "leaseExpiresAt": epoch(now + self._lease_seconds),
                "expiresAt": expiry(now, self._ttl_days),
            },
            ConditionExpression="attribute_not_exists(idempotencyKey) OR expiresAt <= :now",
            ExpressionAttributeValues={":now": epoch(now)},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    def _take_over(self, claim: Claim, existing: StateItem, now: float) -> None:
        """Renew the lease if the item is still as it was seen: `attempts` grows with each claim, and so tells
        one state of the item from the next. Raises LeaseHeld if another attempt was faster."""
        try:
            self._dynamodb.update_item(
                TableName=self._table_name,
                Key={"idempotencyKey": {"S": claim.identity.key}},
                UpdateExpression="SET #status = :inflight, attempts = :attempts, leaseOwner = :owner, "
                "leaseExpiresAt = :leaseEnd, expiresAt = :expiry "
                "REMOVE processedAt, errorType, errorCategory",
                ConditionExpression="#status = :seenStatus AND attempts = :seenAttempts",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":inflight": {"S": Status.INFLIGHT},
                    ":attempts": {"N": str(claim.attempts)},
                    ":owner": {"S": claim.owner},
                    ":leaseEnd": epoch(now + self._lease_seconds),
                    ":expiry": expiry(now, self._ttl_days),
                    ":seenStatus": {"S": existing.status},
                    ":seenAttempts": {"N": str(existing.attempts)},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if item_in_the_way(error).lease_owner == claim.owner:
                return  # the SDK repeated a write whose answer was lost
            raise LeaseHeld(f"key {claim.identity.key} was claimed by another attempt") from None
