"""Bring dead letters back to the queue."""

from ops.lab.drills.errors import NotCarriedOut
from ops.lab.errors import LabError
from ops.lab.redrive.client import Redrive
from ops.lab.redrive.filters import Filters
from ops.lab.target import Target


def redrive(
    target: Target, *, max_messages: int = 1000, jitter_seconds: int = 1, within_seconds: float = 120
) -> str:
    """Redrive the DLQ, wait for the job's end, and tell how many messages it moved and parked.

    Raises NotCarriedOut where the API refuses it or the job fails.
    """
    client = Redrive.of(target)
    try:
        job = client.start(Filters(max_messages=max_messages, per_message_delay_jitter=jitter_seconds))
        job = client.wait_for_job(job.job_id, within_seconds)
    except LabError as error:
        raise NotCarriedOut(f"the redrive did not run: {error}") from error
    if job.status != "SUCCEEDED":
        raise NotCarriedOut(f"redrive job {job.job_id} is {job.status}: {job.reason or job.stop_reason}")
    return f"{job.moved} messages moved, {job.parked} parked"
