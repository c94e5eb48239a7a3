"""Why a walk through the dead-letter queue, or a job, ended."""

from enum import StrEnum


class StopReason(StrEnum):
    """The values are part of the API."""

    DRAINED = "drained"  # every letter there was has been seen
    MAX_MESSAGES = "maxMessages"
    TIME_LIMIT = "timeLimit"
    SCAN_LIMIT = "scanLimit"
    CANCELLED = "cancelled"
    SEND_FAILED = "sendFailed"  # SQS took none of a batch: every further one would fail alike
    ERROR = "error"  # an AWS service failed; the job's `reason` names the error
    RUNNER_LOST = "runnerLost"  # the runner stopped reporting
    NOT_STARTED = "notStarted"
