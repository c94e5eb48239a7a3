"""GameDay "Duplicate submissions": every order is queued twice and has its effect once."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import failure_mode, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.ingestion import HEALED, QUICK_RETRIES, STEADY_STATE, allow_deliveries, succeeded
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, metrics

EVENTS = 30
# A function that cannot read the mode in time keeps the last one it knew, and queues its order once; and SQS
# may deliver any message again, one duplicate more. The proof is exact: nothing had its effect twice.
LEAST_DUPLICATES = EVENTS - 3

DRILL = Drill(
    name="duplicate_submit",
    title="Every order arrives twice",
    story=(
        "A gateway repeats requests whose answers it lost: every order is queued twice under one key. "
        "No one is paged: the worker knows the key and skips the second message."
    ),
    minutes=0.5,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        # A duplicate that meets the live lease of its twin comes back.
        QUICK_RETRIES,
        allow_deliveries(10),
        DrillStep(
            "queue every order twice",
            lambda scene: failure_mode.break_with(scene.target, FailureMode.DUPLICATE_SUBMIT),
        ),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        succeeded(EVENTS, within_seconds=40),
        DrillCheck(
            "duplicates skipped in the worker's log",
            lambda scene: logs.count(scene.target, FunctionName.WORKER, scene.started_at, duplicate=True),
            at_least(LEAST_DUPLICATES),
            within_seconds=40,
            hint="a message that met a live lease comes back after the visibility timeout",
        ),
        DrillCheck(
            "metric IdempotencyHits",
            lambda scene: metrics.total(
                scene.target, metrics.of_lab(scene.target, "IdempotencyHits"), scene.started_at
            ),
            at_least(LEAST_DUPLICATES),
            within_seconds=40,
        ),
        DrillCheck(
            "success events of unique payloads",
            lambda scene: logs.announced(scene.target, scene.ledger.keys, scene.started_at),
            equals(EVENTS),
            within_seconds=40,
        ),
    ),
    repair=(DrillStep("mend the gateway", lambda scene: failure_mode.heal(scene.target)),),
    recovery=(HEALED,),
)
