"""Retries that take seconds instead of a visibility timeout of 19."""

from ops.lab.actions import queues
from ops.lab.drills.declaration import DrillStep

# Longer than the lease of a worker that was killed, which is twice its timeout of 3 s: a message that came
# back sooner would find its key still held, and spend a delivery on that.
RETRY_SECONDS = 7


def retry_after(seconds: int) -> DrillStep:
    """Deliver a message again so soon after an attempt."""
    return DrillStep(
        f"retry after {seconds} s", lambda scene: queues.set_visibility_timeout(scene.target, seconds)
    )


QUICK_RETRIES = retry_after(RETRY_SECONDS)


def allow_deliveries(count: int) -> DrillStep:
    """Have a message go to the DLQ after so many deliveries."""
    return DrillStep(
        f"allow {count} deliveries", lambda scene: queues.set_max_receive_count(scene.target, count)
    )
