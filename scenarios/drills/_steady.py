"""The steady state that every drill of the ingestion pipeline begins and ends with."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import event_source
from ops.lab.app import failure_mode
from ops.lab.drills.declaration import DrillCheck, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import queues

STEADY_STATE = (
    DrillCheck(
        "the failure mode",
        lambda scene: failure_mode.read_mode(scene.target),
        equals(FailureMode.NONE.value),
        hint="lab heal",
    ),
    DrillCheck("delivery to the worker", lambda scene: event_source.state(scene.target), equals("Enabled")),
    DrillCheck("messages in the queue", lambda scene: queues.in_queue(scene.target), equals(0)),
    DrillCheck(
        "messages in the DLQ",
        lambda scene: queues.dead_letters(scene.target),
        equals(0),
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
