"""Start of a job: one at a time, and its runner on its own."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from functions.common.error_category import error_type
from functions.common.errors import Conflict, NotFound, UpstreamUnavailable
from functions.redrive.job import RedriveJob, StopReason
from functions.redrive.job_table import JobSlot, RedriveJobs
from functions.redrive.parameters import Parameters

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True)
class RedriveStarter:
    """Writes the job first, so that its id answers from the moment that a client has it."""

    jobs: RedriveJobs
    slot: JobSlot
    functions: "LambdaClient"
    runner_function_name: str

    def start(self, parameters: Parameters) -> RedriveJob:
        """Raises Conflict while another job is at work, UpstreamUnavailable if no runner starts."""
        holder = self.slot.holder()
        self._refuse_while_at_work(holder)
        job = self.jobs.create(parameters)
        if not self.slot.take(job.job_id, instead_of=holder):
            reason = "another job was started at the same moment"
            self.jobs.fail(job, StopReason.NOT_STARTED, reason)
            raise Conflict(reason, self.slot.holder())
        try:
            self._invoke(job)
        except (BotoCoreError, ClientError) as error:
            reason = f"the runner could not be started: {error_type(error)}"
            self.jobs.fail(job, StopReason.NOT_STARTED, reason)
            raise UpstreamUnavailable(reason) from error
        return job

    def _refuse_while_at_work(self, holder: str | None) -> None:
        if holder is None:
            return
        try:
            job = self.jobs.find(holder)
        except NotFound:  # expired by TTL
            return
        if not job.status.is_final:
            raise Conflict(f"job {holder} is at work: wait for it, or cancel it", holder)

    def _invoke(self, job: RedriveJob) -> None:
        self.functions.invoke(
            FunctionName=self.runner_function_name,
            InvocationType="Event",
            Payload=json.dumps({"jobId": job.job_id}),
        )
