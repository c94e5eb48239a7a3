"""Table of redrive jobs, as the API sees it: the jobs, and which of them is the current one."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import Clock, iso8601
from functions.common.dynamodb_items import is_lost_write, seconds, setting, to_item
from functions.common.errors import Conflict, NotFound
from functions.redrive.job import LEASE_SECONDS, JobStatus, RedriveCounts, RedriveJob, StopReason, to_job
from functions.redrive.parameters import Parameters

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT_SECONDS = 30 * 86_400  # an operator asks about last week's redrive, and not about last year's
_SLOT_KEY = {"jobId": {"S": "current"}}  # no job's id, which is a UUID


@dataclass(frozen=True)
class RedriveJobs:
    """Creates, finds and cancels jobs. The runner reports on them by its `JobLease`."""

    dynamodb: "DynamoDBClient"
    table_name: str
    clock: Clock

    def create(self, parameters: Parameters) -> RedriveJob:
        """A new job that waits for its runner, which Lambda starts within a lease's time or not at all."""
        now = self.clock()
        stored: dict[str, Any] = {
            "jobId": str(uuid.uuid4()),
            "status": JobStatus.QUEUED,
            **parameters.as_document(),
            **RedriveCounts().as_document(),
            "invocations": 0,
            "createdAt": iso8601(now),
            "updatedAt": iso8601(now),
            "leaseExpiresAt": seconds(now + LEASE_SECONDS),
            "expiresAt": int(now) + _KEPT_SECONDS,
        }
        item = to_item(stored)
        self.dynamodb.put_item(TableName=self.table_name, Item=item)
        return to_job(item)

    def find(self, job_id: str) -> RedriveJob:
        """The job as it is. One that its runner has left behind is declared FAILED. Raises NotFound."""
        if not _is_job_id(job_id):
            raise NotFound(f"no job {job_id[:64]!r}")
        answer = self.dynamodb.get_item(
            TableName=self.table_name, Key={"jobId": {"S": job_id}}, ConsistentRead=True
        )
        if "Item" not in answer:
            raise NotFound(f"no job {job_id!r}")
        job = to_job(answer["Item"])
        if job.is_lost(self.clock()):
            return self._declare_lost(job)
        return job

    def cancel(self, job_id: str) -> RedriveJob:
        """Ask the runner to stop after its round. Raises NotFound, and Conflict where the job is finished."""
        self.find(job_id)
        try:
            return self._update(
                job_id,
                {"status": JobStatus.CANCELLING, "updatedAt": iso8601(self.clock())},
                "#status IN (:queued, :status)",
                {":queued": JobStatus.QUEUED},
            )
        except ClientError as error:
            if not is_lost_write(error):
                raise
            raise Conflict("the job is finished already", job_id) from error

    def fail(self, job: RedriveJob, stop_reason: StopReason, reason: str) -> RedriveJob:
        """Declare a job failed that has not moved since it was read; else return it as it is now."""
        now = iso8601(self.clock())
        values = {
            "status": JobStatus.FAILED,
            "stopReason": stop_reason,
            "reason": reason,
            "updatedAt": now,
            "finishedAt": now,
        }
        try:
            return self._update(
                job.job_id,
                values,
                "leaseExpiresAt = :lease AND #status IN (:queued, :cancelling)",
                {
                    ":lease": seconds(job.lease_expires_at),
                    ":queued": JobStatus.QUEUED,
                    ":cancelling": JobStatus.CANCELLING,
                },
            )
        except ClientError as error:
            if not is_lost_write(error):
                raise
            return self.find(job.job_id)

    def _declare_lost(self, job: RedriveJob) -> RedriveJob:
        return self.fail(
            job, StopReason.RUNNER_LOST, "the runner stopped reporting; what it had not deleted is in the DLQ"
        )

    def _update(
        self, job_id: str, values: dict[str, Any], condition: str, operands: dict[str, Any]
    ) -> RedriveJob:
        update = setting(values)
        update["ExpressionAttributeValues"] |= to_item(operands)
        answer = self.dynamodb.update_item(
            TableName=self.table_name,
            Key={"jobId": {"S": job_id}},
            ConditionExpression=condition,
            ReturnValues="ALL_NEW",
            **update,
        )
        return to_job(answer["Attributes"])


@dataclass(frozen=True)
class JobSlot:
    """One item beside the jobs: which of them is the current one, since two at once would take each other's
    letters and double the pace. It names the job that was started last, whatever has become of it."""

    dynamodb: "DynamoDBClient"
    table_name: str

    def holder(self) -> str | None:
        """The id of the job that was started last."""
        answer = self.dynamodb.get_item(TableName=self.table_name, Key=_SLOT_KEY, ConsistentRead=True)
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
                Key=_SLOT_KEY,
                UpdateExpression="SET holder = :mine",
                ConditionExpression=seen,
                ExpressionAttributeValues={":mine": {"S": job_id}, **values},
            )
        except ClientError as error:
            if not is_lost_write(error):
                raise
            return False
        return True


def _is_job_id(text: str) -> bool:
    """Only a job's own id finds a job: the table also holds the `JobSlot`."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
