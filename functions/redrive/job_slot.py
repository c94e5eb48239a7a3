"""Which job is the current one: two at once would take each other's letters and double the pace."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.common.error_category import error_type

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = {"jobId": {"S": "current"}}  # no job's id, which is a UUID


@dataclass(frozen=True)
class JobSlot:
    """One item beside the jobs. It names the job that was started last, whatever has become of it."""

    dynamodb: "DynamoDBClient"
    table_name: str

    def holder(self) -> str | None:
        """The id of the job that was started last."""
        answer = self.dynamodb.get_item(TableName=self.table_name, Key=_KEY, ConsistentRead=True)
        return answer["Item"]["holder"]["S"] if "Item" in answer else None

    def take(self, job_id: str, instead_of: str | None) -> bool:
        """Name another job, unless someone else has done so since `holder` was read.

        The SDK repeats a write whose answer was lost: then our own job stands there already.
        """
        seen = "holder IN (:seen, :mine)" if instead_of else "attribute_not_exists(holder) OR holder = :mine"
        values = {":seen": {"S": instead_of}} if instead_of else {}
        try:
            self.dynamodb.update_item(
                TableName=self.table_name,
                Key=_KEY,
                UpdateExpression="SET holder = :mine",
                ConditionExpression=seen,
                ExpressionAttributeValues={":mine": {"S": job_id}, **values},
            )
        except ClientError as error:
            if error_type(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True
