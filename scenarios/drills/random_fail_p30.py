"""GameDay "Random fail 30%": a batch fails in part, and its retries settle."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import failure_mode, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.ingestion import HEALED, QUICK_RETRIES, STEADY_STATE, allow_deliveries, succeeded
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, state_table

EVENTS = 40
# 0.3 to the 12th power: one message in two million fails so often.
DELIVERIES = 12

DRILL = Drill(
    name="random_fail_p30",
    title="Three in ten records fail",
    story=(
        "A dependency fails now and then. No one is paged: the partial batch response spares the records "
        "that succeeded, and the others succeed when they are delivered again."
    ),
    minutes=0.5,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        QUICK_RETRIES,
        allow_deliveries(DELIVERIES),
        DrillStep(
            "fail three in ten records",
            lambda scene: failure_mode.break_with(scene.target, FailureMode.RANDOM_FAIL_P30),
        ),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        DrillCheck(
            "batches of which some records failed",
            lambda scene: logs.partial_batches(scene.target, scene.started_at),
            at_least(1),
            within_seconds=20,
        ),
        DrillCheck(
            "TransientFailure in the worker's log",
            lambda scene: logs.count(
                scene.target, FunctionName.WORKER, scene.started_at, errorType="TransientFailure"
            ),
            at_least(1),
            within_seconds=20,
        ),
        DrillCheck(
            "attempts at the most stubborn key",
            lambda scene: state_table.most_attempts(scene.target, scene.ledger.keys),
            at_least(2),
            within_seconds=20,
        ),
        succeeded(EVENTS, within_seconds=60, title="keys SUCCEEDED while records still fail"),
    ),
    repair=(DrillStep("mend the dependency", lambda scene: failure_mode.heal(scene.target)),),
    recovery=(HEALED,),
)
