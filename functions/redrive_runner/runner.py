"""Runner of a job, from one invocation to the next, and to its end."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from functions.common.clock import Clock, Deadline
from functions.common.error_category import AWS_ERRORS, error_type
from functions.common.errors import LeaseLost
from functions.common.logs import get_logger
from functions.common.side_by_side import side_by_side
from functions.redrive.dead_letters import IngestionDlq, LetterFailures
from functions.redrive.dlq_scan import DlqScan
from functions.redrive.job import LEASE_SECONDS, JobStatus, RedriveCounts, RedriveJob, StopReason
from functions.redrive_runner.job_lease import JobLease
from functions.redrive_runner.letter_moves import Destination, Removal
from functions.redrive_runner.pace import MAX_BATCHES_AT_ONCE, Pace
from functions.redrive_runner.parking import Parking
from functions.redrive_runner.redrive_run import RedriveRun

# Lambda stops a chain of invocations at about 16, direct ones included (Lambda developer guide, "Use Lambda
# recursive loop detection to prevent infinite loops"). A job at one letter a second needs two.
MAX_INVOCATIONS = 4
# What a dead runner held is in the DLQ again before Lambda repeats its event, so that the repeat finds it.
HOLD_SECONDS = LEASE_SECONDS


@dataclass(frozen=True)
class Runner:
    """`call_again` invokes this function once more for a job."""

    dead_letters: IngestionDlq
    main_queue: Destination
    parking: Parking
    removal: Removal
    failures: LetterFailures
    clock: Clock
    call_again: Callable[[str], None]

    def run(self, lease: JobLease, deadline: Deadline) -> None:
        """Work on the job until it ends or time does. What AWS refuses ends the job as FAILED.

        Raises AWS_ERRORS where not even that can be written: Lambda then repeats the invocation.
        """
        try:
            job = lease.take()
            run = self._prepare(job, lease, deadline)
            try:
                reason = StopReason.CANCELLED if job.status is JobStatus.CANCELLING else self._work(run)
            except AWS_ERRORS as error:
                self._finish(
                    lease, StopReason.ERROR, run.counts, f"AWS did not serve us: {error_type(error)}"
                )
                return
            if reason is StopReason.TIME_LIMIT and job.invocations + 1 < MAX_INVOCATIONS:
                lease.pass_on(run.counts, job.invocations + 1)
                self.call_again(job.job_id)
            else:
                self._finish(lease, reason, run.counts)
        except LeaseLost as error:
            get_logger().warning("redrive left to others", jobId=lease.job_id, reason=str(error))

    def _prepare(self, job: RedriveJob, lease: JobLease, deadline: Deadline) -> RedriveRun:
        together = side_by_side(MAX_BATCHES_AT_ONCE)
        return RedriveRun(
            parameters=job.parameters,
            counts=replace(job.counts, skipped=0),  # what was skipped was put back, and is met again
            scan=DlqScan(self.dead_letters, deadline, HOLD_SECONDS, together),
            main_queue=self.main_queue,
            parking=self.parking,
            removal=self.removal,
            failures=self.failures,
            lease=lease,
            pace=Pace(job.parameters.rate_per_second),
            clock=self.clock,
            random_integer=random.randint,
            side_by_side=together,
        )

    def _work(self, run: RedriveRun) -> StopReason:
        with run.scan:
            return run.until_it_stops()

    def _finish(
        self, lease: JobLease, stop_reason: StopReason, counts: RedriveCounts, reason: str | None = None
    ) -> None:
        status = _FINAL.get(stop_reason, JobStatus.SUCCEEDED)
        lease.finish(status, stop_reason, counts, reason or _REASONS.get(stop_reason))
        fields: dict[str, object] = {"jobId": lease.job_id, "status": status, "stopReason": stop_reason}
        get_logger().info("redrive finished", extra=fields | counts.as_document())


_FINAL = {
    StopReason.CANCELLED: JobStatus.CANCELLED,
    StopReason.SEND_FAILED: JobStatus.FAILED,
    StopReason.ERROR: JobStatus.FAILED,
}
_REASONS = {StopReason.SEND_FAILED: "SQS took none of a batch; the letters stay in the DLQ"}
