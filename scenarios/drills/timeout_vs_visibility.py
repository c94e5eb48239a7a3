"""Runbook "Timeout vs visibility": messages reappear while they are still being processed."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import dead_letters, failure_mode, functions, queues, traffic
from ops.lab.app.function_names import FunctionName, processing_function
from ops.lab.drill_parts.ingestion import STEADY_STATE, in_dlq, succeeded
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs

EVENTS = 4
# Each in a batch of its own: in a batch with others it would wait behind the first, which takes all the time.
PER_SECOND = 0.4
TOO_SHORT_SECONDS = 1

DRILL = Drill(
    name="timeout_vs_visibility",
    title="The visibility timeout is shorter than the work",
    story=(
        "Somebody set the queue's visibility timeout below the function's timeout; then the downstream "
        "became slow. Each message reappears while an attempt still works on it: receives are used up, and "
        "only the lease keeps two attempts from doing the same work at once. The DLQ alarm pages."
    ),
    minutes=1.5,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        DrillStep(
            f"visibility timeout {TOO_SHORT_SECONDS} s",
            lambda scene: queues.set_visibility_timeout(scene.target, TOO_SHORT_SECONDS),
        ),
        DrillStep(
            "slow the downstream",
            lambda scene: failure_mode.break_with(scene.target, FailureMode.SLOW_DOWNSTREAM),
        ),
        DrillStep(
            f"send {EVENTS} orders, one after the other",
            lambda scene: traffic.send(scene, EVENTS, per_second=PER_SECOND, concurrency=1),
        ),
    ),
    observations=(
        DrillCheck(
            "attempts that met a live lease",
            lambda scene: logs.count(
                scene.target, FunctionName.WORKER, scene.started_at, errorType="LeaseHeld"
            ),
            at_least(1),
            within_seconds=45,
        ),
        DrillCheck(
            "invocations that Lambda ended",
            lambda scene: logs.count_text(
                scene.target, processing_function(scene.target), scene.started_at, "Task timed out"
            ),
            at_least(1),
            within_seconds=45,
        ),
        in_dlq(at_least(1), within_seconds=60),
        alarm("DlqDepth", "ALARM", within_seconds=75),
    ),
    repair=(
        # What the rule asks for, 6 x the worker's timeout, was the setting. A lease outlasts the timeout too,
        # and a message that comes back after it cannot use up its receives on a key that is still held.
        DrillStep(
            "visibility timeout as long as the lease",
            lambda scene: queues.set_visibility_timeout(
                scene.target, functions.worker_lease_seconds(scene.target)
            ),
        ),
        DrillStep("speed the downstream up", lambda scene: failure_mode.heal(scene.target)),
        DrillStep(
            "let the queue come to rest",
            lambda scene: queues.await_empty(scene.target, within_seconds=90 * scene.patience),
        ),
        DrillStep("redrive the DLQ", lambda scene: dead_letters.redrive(scene.target)),
    ),
    recovery=(
        succeeded(EVENTS, within_seconds=60),
        alarm("DlqDepth", "OK", within_seconds=45),
    ),
)
