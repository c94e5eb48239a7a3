"""Incident: the worker may not run. Lambda throttles each batch, and healthy messages use up their tries."""

from ops.lab.actions import functions
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.ingestion import REDRIVE_ALL
from ops.lab.drills.declaration import DrillStep
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents.declaration import Incident, IncidentRepair, Ticket


def _reserve(reserved: int | None) -> DrillStep:
    return DrillStep(
        f"reserve concurrency: {'none' if reserved is None else reserved}",
        lambda scene: functions.limit_concurrency(scene.target, FunctionName.WORKER, reserved),
    )


INCIDENT = Incident(
    name="no_concurrency",
    title="The worker has no concurrency",
    level=1,
    ticket=Ticket(
        sender="Customer support",
        subject="Orders stay at 'received'",
        text=(
            "Three shops called within ten minutes. Their orders are confirmed as received and then "
            "nothing happens any more. Yesterday it took a second. Can you have a look?"
        ),
    ),
    cause=(
        "Somebody set the reserved concurrency of the worker to 0, as one does to stop a function at once. "
        "Each delivery is throttled, and counts as a receive: messages that no code has ever seen end in "
        "the DLQ."
    ),
    pipeline=INGESTION,
    breaks=(_reserve(0),),
    repairs=(
        IncidentRepair(
            "Take the reservation away, then redrive",
            (
                "lab metrics --since 5m",
                "lab tune",
                "lab tune --reserved-concurrency none",
                "lab redrive start --max 1000 --wait",
                "lab redrive start --max 1000 --wait    # a minute later: what was on its last delivery",
            ),
            (_reserve(None), REDRIVE_ALL),
        ),
        IncidentRepair(
            "Reserve enough of it",
            (
                "lab tune --reserved-concurrency 20",
                "lab redrive start --max 1000 --wait",
                "lab redrive start --max 1000 --wait    # a minute later: what was on its last delivery",
                "lab tune --reset",
            ),
            (_reserve(20), REDRIVE_ALL),
        ),
    ),
    hints=(
        "Take one order and follow it: who has seen it last, and who should have seen it next?",
        "The worker's log has nothing about these orders, not even an error. Did it run at all?",
        "Compare what the worker was asked to do with what it did: lab metrics, the lines of the worker.",
        "A function that is throttled is not allowed to run: lab tune shows who limits it, and "
        "lab tune --reserved-concurrency none takes the limit away. Then lab redrive start --wait.",
    ),
    runbook="throttling.md",
)
