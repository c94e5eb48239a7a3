"""GameDay "API down": files go back, rounds slow down, the DLQ takes what failed too often."""

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions.files import redrive, upload
from ops.lab.drill_parts.files import FILES_STEADY_STATE, HEAL, behave, in_dlq, pressure, succeeded
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least
from ops.lab.drills.files_pipeline import FILES
from ops.lab.probes import files

FILE_COUNT, ROWS = 10, 10

DRILL = Drill(
    name="csv_downstream_down",
    title="The API is gone, and comes back",
    story=(
        "Every call is refused. Files go back to the queue and are tried again, ever further apart; those "
        "that failed too often go to the DLQ with the reason, and its alarm pages. Once the API is back a "
        "redrive completes them."
    ),
    minutes=1.5,
    pipeline=FILES,
    hypothesis=FILES_STEADY_STATE,
    method=(
        behave("take the API away", ApiBehaviour(down=True)),
        DrillStep(
            f"upload {FILE_COUNT} files of {ROWS} rows",
            lambda scene: upload(scene, FILE_COUNT, ROWS, prefix="down"),
        ),
    ),
    observations=(
        DrillCheck(
            "attempts at the most stubborn file",
            lambda scene: files.most_attempts(scene.target, scene.ledger.keys),
            at_least(2),
            within_seconds=60,
        ),
        pressure(at_least(1), within_seconds=60, title="seconds that each file waits in addition"),
        in_dlq(at_least(1), within_seconds=90),
        DrillCheck(
            "dead letters that say why",
            lambda scene: files.dead_letters(scene.target, saying="503"),
            at_least(1),
            within_seconds=90,
        ),
        alarm("CsvDlqDepth", "ALARM", within_seconds=90),
    ),
    repair=(HEAL, DrillStep("redrive the DLQ", lambda scene: redrive(scene.target))),
    recovery=(
        succeeded(FILE_COUNT, within_seconds=90),
        alarm("CsvDlqDepth", "OK", within_seconds=60),
    ),
)
