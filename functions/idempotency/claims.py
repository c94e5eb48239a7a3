"""Claims: at most one attempt at a time works on a key; and verdicts: what became of a claimed key.

Claiming is PutItem for a key that is new, and UpdateItem to take over one whose last attempt failed or
died. Both are conditional, and a failed condition returns the item that stood in the way, so nothing is read
twice. Compare Powertools' persistence/dynamodb.py; its issues 738, 1038 and 1387 are what the lease covers.
A verdict is written once, and only by the holder of the claim.
"""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import iso8601
from functions.common.dynamodb_items import expires_at, item_in_the_way
from functions.common.error_category import error_category, error_type
from functions.common.errors import LeaseHeld, LeaseLost
from functions.idempotency.state_item import KeyStatus, StateItem, epoch
from functions.ingestion.identity import Identity

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Claim:
    """The right to work on a key. `owner` is the fencing token: without the lease a write is refused."""

    identity: Identity
    owner: str
    attempts: int


class Claims:
    """State table: claims on keys. Times are seconds since the epoch."""

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
            existing = _state_in_the_way(error)
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
                "status": {"S": KeyStatus.INFLIGHT},
                "checksum": {"S": identity.checksum},
                "firstSeenAt": {"S": iso8601(now)},
                "attempts": {"N": "1"},
                "leaseOwner": {"S": owner},
                "leaseExpiresAt": epoch(now + self._lease_seconds),
                "expiresAt": _expiry(now, self._ttl_days),
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
                    ":inflight": {"S": KeyStatus.INFLIGHT},
                    ":attempts": {"N": str(claim.attempts)},
                    ":owner": {"S": claim.owner},
                    ":leaseEnd": epoch(now + self._lease_seconds),
                    ":expiry": _expiry(now, self._ttl_days),
                    ":seenStatus": {"S": existing.status},
                    ":seenAttempts": {"N": str(existing.attempts)},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if _state_in_the_way(error).lease_owner == claim.owner:
                return  # the SDK repeated a write whose answer was lost
            raise LeaseHeld(f"key {claim.identity.key} was claimed by another attempt") from None


class Verdicts:
    """State table: results of claimed keys; each write ends the lease. Times are seconds since the epoch."""

    def __init__(self, dynamodb: "DynamoDBClient", table_name: str, *, ttl_days: int) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name
        self._ttl_days = ttl_days

    def succeeded(self, claim: Claim, event_emitted_at: float, now: float) -> None:
        """Mark the key SUCCEEDED. Raises LeaseLost if another attempt took over."""
        attributes = {
            "eventEmittedAt": {"S": iso8601(event_emitted_at)},
            "expiresAt": _expiry(now, self._ttl_days),
        }
        self._conclude(claim, KeyStatus.SUCCEEDED, now, attributes)

    def failed(self, claim: Claim, error: Exception, now: float) -> None:
        """Mark the key FAILED, with what redrive filters by. Raises LeaseLost like `succeeded`."""
        attributes = {
            "errorType": {"S": error_type(error)},
            "errorCategory": {"S": error_category(error)},
        }
        self._conclude(claim, KeyStatus.FAILED, now, attributes)

    def _conclude(self, claim: Claim, status: KeyStatus, now: float, attributes: dict[str, Any]) -> None:
        assignments = "".join(f", {name} = :{name}" for name in attributes)
        try:
            self._dynamodb.update_item(
                TableName=self._table_name,
                Key={"idempotencyKey": {"S": claim.identity.key}},
                UpdateExpression=f"SET #status = :status, processedAt = :processedAt{assignments} "
                "REMOVE leaseOwner, leaseExpiresAt",
                ConditionExpression="leaseOwner = :owner",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":status": {"S": status},
                    ":processedAt": {"S": iso8601(now)},
                    ":owner": {"S": claim.owner},
                    **{f":{name}": value for name, value in attributes.items()},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            existing = _state_in_the_way(error)
            if (existing.status, existing.attempts) == (status, claim.attempts):
                return  # the SDK repeated a write whose answer was lost
            raise LeaseLost(f"another attempt took over key {claim.identity.key}") from None


def _state_in_the_way(error: ClientError) -> StateItem:
    """What failed the condition. Raises the error again if it is another one, or if there is no item: TTL
    deleted it during the attempt."""
    item = item_in_the_way(error)
    if not item:
        raise error
    return StateItem.from_attributes(item)


def _expiry(now: float, ttl_days: int) -> dict[str, str]:
    return {"N": str(expires_at(now, ttl_days))}
