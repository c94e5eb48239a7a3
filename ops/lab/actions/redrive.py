"""Bring dead letters back to the queue."""

from ops.lab.app.redrive.client import Redrive
from ops.lab.app.redrive.filters import Filters
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut

# Quick enough for a drill, and still spread a little.
_QUICKLY = Filters(max_messages=1000, per_message_delay_jitter=1)


def redrive(target: Target, filters: Filters = _QUICKLY, *, within_seconds: float = 120) -> str:
    """Run a redrive job to its end, and tell what it did.

    Raises NotCarriedOut where the job does not succeed, and LabError where the API refuses it or it does
    not end.
    """
    client = Redrive.of(target)
    job = client.wait_for_job(client.start(filters).job_id, within_seconds)
    if job.status != "SUCCEEDED":
        raise NotCarriedOut(f"redrive job {job.job_id} ended {job.status}: {job.reason or job.stop_reason}")
    return f"{job.moved} moved, {job.skipped} skipped, {job.parked} parked"
