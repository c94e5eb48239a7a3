"""Ingestion pipeline, as a drill's parts: its steady state, common checks, retries that take seconds."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import dead_letters
from ops.lab.actions import queues as queue_actions
from ops.lab.app import failure_mode, worker_mapping
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.drills.declaration import UNAIDED_WITHIN_SECONDS, DrillCheck, DrillStep, Tolerance, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import queues, state_table

# What every drill begins and ends with.
STEADY_STATE = (
    DrillCheck(
        "the failure mode",
        lambda scene: failure_mode.read_mode(scene.target),
        equals(FailureMode.NONE.value),
        within_seconds=UNAIDED_WITHIN_SECONDS,
        hint="lab heal",
    ),
    DrillCheck("delivery to the worker", lambda scene: worker_mapping.state(scene.target), equals("Enabled")),
    DrillCheck("messages in the queue", lambda scene: queues.in_queue(scene.target), equals(0)),
    DrillCheck(
        "messages in the DLQ",
        lambda scene: queues.dead_letters(scene.target),
        equals(0),
        within_seconds=UNAIDED_WITHIN_SECONDS,
        hint="redrive or purge it first: a drill must not mix its dead letters with others",
    ),
    DrillCheck("events that no target took", lambda scene: queues.undelivered(scene.target), equals(0)),
    DrillCheck("alarms in ALARM", lambda scene: INGESTION.raised_alarms(scene.target), equals("none")),
)
HEALED = DrillCheck(
    "the failure mode",
    lambda scene: failure_mode.read_mode(scene.target),
    equals(FailureMode.NONE.value),
    within_seconds=5,
)


def succeeded(count: int, *, within_seconds: float, title: str = "keys SUCCEEDED") -> DrillCheck:
    """So many of the drill's keys succeeded."""
    return DrillCheck(
        title,
        lambda scene: state_table.with_status(scene.target, scene.ledger.keys, "SUCCEEDED"),
        equals(count),
        within_seconds=within_seconds,
    )


def in_dlq(tolerance: Tolerance, *, within_seconds: float, title: str = "messages in the DLQ") -> DrillCheck:
    """How many messages the DLQ holds."""
    return DrillCheck(
        title,
        lambda scene: queues.dead_letters(scene.target),
        tolerance,
        within_seconds=within_seconds,
    )


# Before a redrive of all: a client whose POST got no answer sends it again, and the copy of that event may
# still be on its way to the DLQ when the first has come there.
NONE_ON_THE_WAY = DrillCheck(
    "messages that may still come to the DLQ",
    lambda scene: queues.in_queue(scene.target),
    equals(0),
    within_seconds=60,
)

# As `lab redrive start --max 1000 --max-redrives 100`: also what was redriven often already.
_EACH_LETTER = RedriveFilters(max_messages=1000, max_redrives=100)
REDRIVE_ALL = DrillStep(
    "redrive what failed, and what comes to the DLQ later",
    lambda scene: dead_letters.redrive_all(scene, _EACH_LETTER),
)

# Instead of a visibility timeout of 19 s. Longer than the lease of a worker that was killed, which is twice
# its timeout of 3 s: a message that came back sooner would find its key still held, and spend a delivery on
# that.
RETRY_SECONDS = 7


def retry_after(seconds: int) -> DrillStep:
    """Deliver a message again so soon after an attempt."""
    return DrillStep(
        f"retry after {seconds} s", lambda scene: queue_actions.set_visibility_timeout(scene.target, seconds)
    )


QUICK_RETRIES = retry_after(RETRY_SECONDS)


def allow_deliveries(count: int) -> DrillStep:
    """Have a message go to the DLQ after so many deliveries."""
    return DrillStep(
        f"allow {count} deliveries", lambda scene: queue_actions.set_max_receive_count(scene.target, count)
    )
