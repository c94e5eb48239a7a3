"""Lease of a job, the runner's hold on it: who works on it, until when, and how far it has come."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import Clock, iso8601
from functions.common.dynamodb_items import is_lost_write, seconds, setting, to_item
from functions.common.errors import LeaseLost
from functions.redrive.job import LEASE_SECONDS, JobStatus, RedriveCounts, RedriveJob, StopReason, to_job

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CLOCK_STEP_SECONDS = 0.001  # of what is stored: a lease that ends now is over for a runner that looks now


@dataclass(frozen=True)
class JobLease:
    """One runner's lease on one job. Every write demands that it is still held.

    Lambda repeats asynchronous events, after failures and now and then without one: the second one
    finds the lease taken or the job finished, and does nothing.
    """

    dynamodb: "DynamoDBClient"
    table_name: str
    clock: Clock
    job_id: str
    owner: str

    @classmethod
    def of(cls, dynamodb: "DynamoDBClient", table_name: str, clock: Clock, job_id: str) -> "JobLease":
        """A lease that is not yet taken. Each attempt is an owner of its own: repeats share a request id."""
        return cls(dynamodb, table_name, clock, job_id, owner=uuid.uuid4().hex)

    def take(self) -> RedriveJob:
        """The job, now ours. Raises LeaseLost if it is finished, unknown, or another runner is at work."""
        return self._update(
            {"leaseOwner": self.owner},
            "#status IN (:queued, :cancelling)"
            " AND (attribute_not_exists(leaseOwner) OR leaseOwner = :leaseOwner OR leaseExpiresAt < :now)",
            {
                ":queued": JobStatus.QUEUED,
                ":cancelling": JobStatus.CANCELLING,
                ":now": seconds(self.clock()),
            },
        )

    def report(self, counts: RedriveCounts) -> bool:
        """Write the progress and renew the lease. Return whether to go on: no, once the job was cancelled.

        Raises LeaseLost.
        """
        return self._update_mine(counts.as_document()).status is not JobStatus.CANCELLING

    def pass_on(self, counts: RedriveCounts, invocations: int) -> None:
        """Leave the job to the next invocation: the lease ends now. Raises LeaseLost."""
        self._update_mine(
            {**counts.as_document(), "invocations": invocations}, lease_seconds=-_CLOCK_STEP_SECONDS
        )

    def finish(
        self, status: JobStatus, stop_reason: StopReason, counts: RedriveCounts, reason: str | None
    ) -> None:
        """Write the end of the job. Raises LeaseLost."""
        values: dict[str, Any] = {
            **counts.as_document(),
            "status": status,
            "stopReason": stop_reason,
            "finishedAt": iso8601(self.clock()),
        }
        self._update_mine(values | ({"reason": reason} if reason else {}))

    def _update_mine(self, values: dict[str, Any], lease_seconds: float = LEASE_SECONDS) -> RedriveJob:
        # The status as well: who saw the lease run out may have declared the job FAILED.
        return self._update(
            values,
            "leaseOwner = :mine AND #status IN (:queued, :cancelling)",
            {":mine": self.owner, ":queued": JobStatus.QUEUED, ":cancelling": JobStatus.CANCELLING},
            lease_seconds,
        )

    def _update(
        self,
        values: dict[str, Any],
        condition: str,
        operands: dict[str, Any],
        lease_seconds: float = LEASE_SECONDS,
    ) -> RedriveJob:
        now = self.clock()
        renewed = {"leaseExpiresAt": seconds(now + lease_seconds), "updatedAt": iso8601(now)}
        update = setting(values | renewed)
        update["ExpressionAttributeNames"]["#status"] = "status"
        update["ExpressionAttributeValues"] |= to_item(operands)
        try:
            answer = self.dynamodb.update_item(
                TableName=self.table_name,
                Key={"jobId": {"S": self.job_id}},
                ConditionExpression=condition,
                ReturnValues="ALL_NEW",
                **update,
            )
        except ClientError as error:
            if not is_lost_write(error):
                raise
            raise LeaseLost(f"job {self.job_id} is finished, or another runner's") from error
        return to_job(answer["Attributes"])
