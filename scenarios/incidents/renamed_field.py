"""Incident: a release of the worker reads a field by another name than clients give it."""

from ops.lab.actions import dead_letters
from ops.lab.actions.release import SourceEdit, release, roll_back
from ops.lab.app.function_names import FunctionName
from ops.lab.drills.declaration import DrillStep
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents.declaration import Incident, IncidentRepair, Ticket

_FILE = "functions/processor/processing.py"
_READ = 'cast(str, event["orderId"])'
_READ_RENAMED = 'cast(str, event["order_id"])'
_READ_BOTH = 'cast(str, event.get("orderId") or event["order_id"])'
_REDRIVE = DrillStep("redrive what failed meanwhile", dead_letters.redrive_all)


INCIDENT = Incident(
    name="renamed_field",
    title="A release that renamed a field",
    level=1,
    ticket=Ticket(
        sender="Customer support",
        subject="Orders since the last few minutes: nothing happens",
        text=(
            "Several customers have written within minutes of each other. They place an order, the shop "
            "thanks them, and no confirmation comes. Orders from an hour ago are fine."
        ),
    ),
    cause=(
        "A release of the worker reads `order_id` where every client sends `orderId`. Each order fails with "
        "a KeyError, which the worker reports as ProcessingError, and ends in the DLQ."
    ),
    pipeline=INGESTION,
    breaks=(
        DrillStep(
            "release the worker",
            lambda scene: release(
                scene.target, FunctionName.WORKER, [SourceEdit(_FILE, _READ, _READ_RENAMED)]
            ),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Roll the release back",
            (
                "lab errors --since 15m",
                "lab logs worker --since 5m --filter ProcessingError",
                "lab code show",
                "lab code rollback --yes",
                "lab redrive start --error-type ProcessingError --wait",
                "lab redrive start --wait    # a minute later: what was on its last delivery",
            ),
            (DrillStep("roll back", lambda scene: roll_back(scene.target)), _REDRIVE),
        ),
        IncidentRepair(
            "Release a worker that takes both names",
            (
                f"""sed -i 's/event\\["orderId"\\])/event.get("orderId") or event["order_id"])/' {_FILE}""",
                "lab up",
                "lab redrive start --wait",
                "lab redrive start --wait    # a minute later: what was on its last delivery",
            ),
            (
                DrillStep(
                    "release again",
                    lambda scene: release(
                        scene.target, FunctionName.WORKER, [SourceEdit(_FILE, _READ_RENAMED, _READ_BOTH)]
                    ),
                ),
                _REDRIVE,
            ),
        ),
    ),
    hints=(
        "Are some orders affected, or all of them? Since when?",
        "The orders reach the queue. What does the worker say about them? lab errors --since 15m",
        "The log has a traceback: which line, which field, and what do the orders in the DLQ have instead?",
        "The worker runs other code than its stack says (lab code show). Roll it back: lab code rollback. "
        "Then redrive.",
    ),
    runbook="dlq_depth_alarm.md",
)
