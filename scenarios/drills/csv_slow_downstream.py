"""GameDay "Slow API": files outlast the function, go on from their checkpoints, and rounds slow down."""

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions.files import upload
from ops.lab.drill_parts.files import FILES_STEADY_STATE, HEAL, behave, in_dlq, pressure, succeeded
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.files_pipeline import FILES
from ops.lab.probes import files

FILE_COUNT, ROWS = 3, 100
# 100 rows, ten at a time, need 20 s: all of the function's timeout in the lab's settings.
SLOW = ApiBehaviour(latency_min_milliseconds=1_800, latency_max_milliseconds=2_200)

DRILL = Drill(
    name="csv_slow_downstream",
    title="The API takes two seconds a row",
    story=(
        "What each row is sent to becomes a hundred times slower. No file fails: the function stops before "
        "its time is up and the file goes on from its checkpoint; backpressure spaces the files out. No one "
        "is paged."
    ),
    minutes=1,
    pipeline=FILES,
    hypothesis=FILES_STEADY_STATE,
    method=(
        behave("slow the API down", SLOW),
        DrillStep(
            f"upload {FILE_COUNT} files of {ROWS} rows",
            lambda scene: upload(scene, FILE_COUNT, ROWS, prefix="slow"),
        ),
    ),
    observations=(
        DrillCheck(
            "files that went on from their checkpoint",
            lambda scene: files.resumed(scene.target, scene.ledger.keys),
            at_least(1),
            within_seconds=60,
        ),
        pressure(at_least(1), within_seconds=60, title="seconds that each file waits in addition"),
        in_dlq(equals(0), within_seconds=5),
    ),
    repair=(HEAL,),
    recovery=(succeeded(FILE_COUNT, within_seconds=90),),
)
