"""Runbook "Throttling": throttled deliveries count, and alone dead-letter healthy messages."""

from ops.lab.actions import dead_letters, functions, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.ingestion import NONE_ON_THE_WAY, STEADY_STATE, in_dlq, retry_after, succeeded
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import metrics, state_table

EVENTS = 15

DRILL = Drill(
    name="throttling",
    title="The worker gets no concurrency",
    story=(
        "Another team took the account's concurrency: every invocation of the worker is throttled. Each "
        "throttled delivery counts as a receive, so healthy messages end in the DLQ without any code having "
        "failed, and the table knows nothing of them."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        retry_after(8),
        DrillStep(
            "reserve concurrency 0 for the worker",
            lambda scene: functions.limit_concurrency(scene.target, FunctionName.WORKER, 0),
        ),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        DrillCheck(
            "metric Throttles of the worker",
            lambda scene: metrics.total(
                scene.target,
                metrics.of_function(scene.target, FunctionName.WORKER, "Throttles"),
                scene.started_at,
            ),
            at_least(1),
            within_seconds=30,
        ),
        alarm("WorkerThrottles", "ALARM", within_seconds=45),
        # More where a client repeated a request whose answer it did not get.
        in_dlq(at_least(EVENTS), within_seconds=60, title="healthy messages in the DLQ"),
        alarm("DlqDepth", "ALARM", within_seconds=75),
        NONE_ON_THE_WAY,
        DrillCheck(
            "keys that the table knows",
            lambda scene: state_table.known(scene.target, scene.ledger.keys),
            equals(0),
        ),
    ),
    repair=(
        DrillStep(
            "give the worker its concurrency back",
            lambda scene: functions.limit_concurrency(scene.target, FunctionName.WORKER, None),
        ),
        DrillStep("redrive the DLQ", lambda scene: dead_letters.redrive(scene.target)),
    ),
    recovery=(
        succeeded(EVENTS, within_seconds=45),
        alarm("WorkerThrottles", "OK", within_seconds=45),
        alarm("DlqDepth", "OK", within_seconds=45),
    ),
)
