"""Verdicts: what became of a claimed key, written once and only by the holder of the claim."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import iso8601
from functions.common.error_category import error_category, error_type
from functions.common.errors import LeaseLost
from functions.idempotency.claims import Claim
from functions.idempotency.conditions import item_in_the_way
from functions.idempotency.state_item import Status, expiry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Verdicts:
    """Each verdict gives the lease back. Times are seconds since the epoch."""

    def __init__(self, dynamodb: "DynamoDBClient", table_name: str, *, ttl_days: int) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name
        self._ttl_days = ttl_days

    def succeeded(self, claim: Claim, event_emitted_at: float, now: float) -> None:
        """Mark the key SUCCEEDED. Raises LeaseLost if another attempt took over."""
        attributes = {
            "eventEmittedAt": {"S": iso8601(event_emitted_at)},
            "expiresAt": expiry(now, self._ttl_days),
        }
        self._conclude(claim, Status.SUCCEEDED, now, attributes)

    def failed(self, claim: Claim, error: Exception, now: float) -> None:
        """Mark the key FAILED, with what redrive filters by. Raises LeaseLost like `succeeded`."""
        attributes = {
            "errorType": {"S": error_type(error)},
            "errorCategory": {"S": error_category(error)},
        }
        self._conclude(claim, Status.FAILED, now, attributes)

    def _conclude(self, claim: Claim, status: Status, now: float, attributes: dict[str, Any]) -> None:
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
            existing = item_in_the_way(error)
            if (existing.status, existing.attempts) == (status, claim.attempts):
                return  # the SDK repeated a write whose answer was lost
            raise LeaseLost(f"another attempt took over key {claim.identity.key}") from None
