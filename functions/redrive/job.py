"""Redrive job, as the table of jobs keeps it and as clients see it, and why it stopped."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from functions.common.dynamodb_items import from_item
from functions.redrive.parameters import Parameters, start_parameters

# A runner renews its lease with every round, whose batches are side by side: a call takes 15 s at worst
# (`functions.common.clients`).
LEASE_SECONDS = 45
# Lambda repeats a failed asynchronous invocation after a minute (Lambda developer guide, "How Lambda handles
# errors and retries with asynchronous invocation"). That attempt finds the lease over and goes on: the job is
# not declared lost before.
GRACE_SECONDS = 45


class JobStatus(StrEnum):
    """The last three are final. RUNNING is not stored: it is a QUEUED job that a runner has taken."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        return self in (JobStatus.CANCELLED, JobStatus.SUCCEEDED, JobStatus.FAILED)


class StopReason(StrEnum):
    """Why a walk through the dead-letter queue, or a job, ended. The values are part of the API."""

    DRAINED = "drained"  # every letter there was has been seen
    HELD_ELSEWHERE = "heldElsewhere"  # SQS counts more letters, and hands out none: another walk holds them
    MAX_MESSAGES = "maxMessages"
    TIME_LIMIT = "timeLimit"
    SCAN_LIMIT = "scanLimit"
    CANCELLED = "cancelled"
    SEND_FAILED = "sendFailed"  # SQS took none of a batch: every further one would fail alike
    ERROR = "error"  # an AWS service failed; the job's `reason` names the error
    RUNNER_LOST = "runnerLost"  # the runner stopped reporting
    NOT_STARTED = "notStarted"


@dataclass(frozen=True)
class RedriveCounts:
    """What became of the letters that a job looked at; those beyond `maxMessages` just stay."""

    moved: int = 0  # SQS confirmed the copy in the main queue
    skipped: int = 0  # the filter did not match
    parked: int = 0  # SQS confirmed the copy in the parking queue
    failed: int = 0  # SQS confirmed no copy: the letter stays
    deleted_failed: int = 0  # moved or parked, and still in the dead-letter queue as well

    def __add__(self, other: "RedriveCounts") -> "RedriveCounts":
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return RedriveCounts(*(mine + theirs for mine, theirs in pairs))

    @property
    def taken(self) -> int:
        """What counts towards `maxMessages`."""
        return self.moved + self.parked + self.failed

    def as_document(self) -> dict[str, int]:
        return {
            "moved": self.moved,
            "skipped": self.skipped,
            "parked": self.parked,
            "failed": self.failed,
            "deletedFailed": self.deleted_failed,
        }


@dataclass(frozen=True)
class RedriveJob:
    """`document` is what a client sees. Until `lease_expires_at` (epoch seconds) the job counts as alive."""

    job_id: str
    status: JobStatus
    parameters: Parameters
    counts: RedriveCounts
    invocations: int
    lease_expires_at: float
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, stored: Mapping[str, Any]) -> "RedriveJob":
        """From an item's plain values."""
        status = JobStatus(stored["status"])
        if status is JobStatus.QUEUED and "leaseOwner" in stored:
            status = JobStatus.RUNNING
        counts = RedriveCounts(*(stored[name] for name in RedriveCounts().as_document()))
        parameters = start_parameters({name: stored[name] for name in _PARAMETERS if name in stored})
        return cls(
            job_id=stored["jobId"],
            status=status,
            parameters=parameters,
            counts=counts,
            invocations=stored["invocations"],
            lease_expires_at=float(stored.get("leaseExpiresAt", 0)),
            document={k: v for k, v in stored.items() if k not in _INTERNAL} | {"status": status},
        )

    def is_lost(self, now: float) -> bool:
        """Whether an unfinished job has no runner any more, and will get none."""
        return not self.status.is_final and now > self.lease_expires_at + GRACE_SECONDS


_PARAMETERS = (
    "maxMessages",
    "errorType",
    "minAgeSeconds",
    "perMessageDelayJitter",
    "ratePerSecond",
    "maxRedrives",
    "idempotencyKeys",
)
_INTERNAL = frozenset({"leaseOwner", "leaseExpiresAt", "expiresAt", "invocations"})


def to_job(item: Mapping[str, Any]) -> RedriveJob:
    """The job that an item holds."""
    return RedriveJob.from_document(from_item(item))
