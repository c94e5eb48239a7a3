"""Repairs, as parts of drills and incidents: what brings back what a fault left behind."""

from ops.lab.actions import dead_letters, files
from ops.lab.actions.queues import await_empty
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.drill_parts.files import await_rest
from ops.lab.drills.declaration import DrillStep

# As `lab redrive start --max 1000 --max-redrives 100`: also what was redriven often already.
_ALL = RedriveFilters(max_messages=1000, max_redrives=100)

QUEUE_AT_REST = DrillStep(
    "wait until each message is processed or in the DLQ", lambda scene: await_empty(scene.target)
)
REDRIVE_ALL = DrillStep("redrive the DLQ", lambda scene: dead_letters.redrive(scene.target, _ALL))
FILES_AT_REST = DrillStep("wait until each file is processed or in the DLQ", await_rest)
REDRIVE_FILES = DrillStep("redrive the files' DLQ", lambda scene: files.redrive(scene.target))
