"""Incident: the worker's event source mapping is off. Nothing fails, and nothing is done."""

from ops.lab.actions import dead_letters, event_source
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrillStep
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents.declaration import Incident, IncidentRepair, Ticket

# All that waited is delivered at once: an attempt that is too slow for its timeout comes again, or is dead.
_ALL_DONE = DrillStep("wait until all that waited is done, and redrive what failed", dead_letters.redrive_all)


def _enable(target: Target) -> None:
    """As an operator does by AWS's own command, without asking what the state was."""
    target.functions.update_event_source_mapping(UUID=target.output("WorkerMappingId"), Enabled=True)


INCIDENT = Incident(
    name="mapping_disabled",
    title="Orders are taken and nobody works on them",
    level=1,
    ticket=Ticket(
        sender="Customer support",
        subject="Confirmations do not arrive",
        text=(
            "Since a few minutes ago customers write that they can place orders and never hear of them "
            "again. They see no error. Our own page says that all is well."
        ),
    ),
    cause=(
        "The event source mapping between the queue and the worker was disabled: ingest goes on queueing, "
        "no invocation fails, and nothing is delivered to the worker."
    ),
    pipeline=INGESTION,
    breaks=(DrillStep("disable the mapping", lambda scene: event_source.pause(scene.target)),),
    repairs=(
        IncidentRepair(
            "Enable the mapping",
            ("lab tune", "lab resume", "lab status", "lab redrive start --wait    # if the DLQ has any"),
            (DrillStep("enable the mapping", lambda scene: event_source.resume(scene.target)), _ALL_DONE),
        ),
        IncidentRepair(
            "Enable it by AWS's own command",
            (
                "lab call lambda list-event-source-mappings",
                "lab call lambda update-event-source-mapping UUID=… Enabled=true",
                "lab status",
                "lab redrive start --wait    # if the DLQ has any",
            ),
            (DrillStep("update the mapping", lambda scene: _enable(scene.target)), _ALL_DONE),
        ),
    ),
    hints=(
        "Follow one order: how far does it come, and who should have taken it from there?",
        "The queue grows, and the worker's log is silent. What brings messages from one to the other?",
        "Look at the worker's event source mapping: lab tune.",
    ),
    runbook="backlog.md",
)
