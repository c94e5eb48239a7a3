"""The table of jobs, as the API sees it."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.clock import Clock, iso8601
from functions.common.dynamodb_items import setting, to_item
from functions.common.error_category import error_type
from functions.common.errors import Conflict, NotFound
from functions.redrive.job import LEASE_SECONDS, Counts, Job, JobStatus
from functions.redrive.job_item import to_job
from functions.redrive.parameters import Parameters
from functions.redrive.stop_reason import StopReason

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT_SECONDS = 30 * 86_400  # an operator asks about last week's redrive; nobody about last year's


@dataclass(frozen=True)
class Jobs:
    """Creates, finds and cancels jobs. The runner reports on them by its `Lease`."""

    dynamodb: "DynamoDBClient"
    table_name: str
    clock: Clock

    def create(self, parameters: Parameters) -> Job:
        """A new job that waits for its runner, which Lambda starts within a lease's time or not at all."""
        now = self.clock()
        stored: dict[str, Any] = {
            "jobId": str(uuid.uuid4()),
            "status": JobStatus.QUEUED,
            **parameters.as_document(),
            **Counts().as_document(),
            "invocations": 0,
            "createdAt": iso8601(now),
            "updatedAt": iso8601(now),
            "leaseExpiresAt": Decimal(f"{now + LEASE_SECONDS:.3f}"),
            "expiresAt": int(now) + _KEPT_SECONDS,
        }
        item = to_item(stored)
        self.dynamodb.put_item(TableName=self.table_name, Item=item)
        return to_job(item)

    def find(self, job_id: str) -> Job:
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

    def cancel(self, job_id: str) -> Job:
        """Ask the runner to stop after its batch. Raises NotFound, and Conflict where the job is finished."""
        self.find(job_id)
        try:
            return self._update(
                job_id,
                {"status": JobStatus.CANCELLING, "updatedAt": iso8601(self.clock())},
                "#status IN (:queued, :status)",
                {":queued": JobStatus.QUEUED},
            )
        except ClientError as error:
            if not _lost_the_race(error):
                raise
            raise Conflict("the job is finished already", job_id) from error

    def fail(self, job: Job, stop_reason: StopReason, reason: str) -> Job:
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
                    ":lease": Decimal(f"{job.lease_expires_at:.3f}"),
                    ":queued": JobStatus.QUEUED,
                    ":cancelling": JobStatus.CANCELLING,
                },
            )
        except ClientError as error:
            if not _lost_the_race(error):
                raise
            return self.find(job.job_id)

    def _declare_lost(self, job: Job) -> Job:
        return self.fail(
            job, StopReason.RUNNER_LOST, "the runner stopped reporting; what it had not deleted is in the DLQ"
        )

    def _update(self, job_id: str, values: dict[str, Any], condition: str, operands: dict[str, Any]) -> Job:
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


def _is_job_id(text: str) -> bool:
    """Only a job's own id finds a job: the table also holds the slot (`job_slot`)."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _lost_the_race(error: ClientError) -> bool:
    return error_type(error) == "ConditionalCheckFailedException"
