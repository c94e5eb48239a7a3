"""Runbook "Idempotency repair": duplicates do no harm, and a lease that is never given back does."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import dead_letters, failure_mode, idempotency_keys, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.ingestion import (
    STEADY_STATE,
    allow_deliveries,
    in_dlq,
    retry_after,
    succeeded,
)
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, metrics, state_table

EVENTS = 10

DRILL = Drill(
    name="idempotency_repair",
    title="A lease that outlives its worker",
    story=(
        "A worker with a wrong clock died and left a lease that is good for an hour. Amid harmless "
        "duplicates one order meets that lease at every delivery and ends in the DLQ. The alarm pages; the "
        "table tells which is which."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        retry_after(8),
        # On a slow machine a worker may be killed, and its records come again beside their duplicates: one of
        # two meets the other's lease, and must not be dead for it.
        allow_deliveries(3),
        DrillStep(
            "queue every order twice",
            lambda scene: failure_mode.break_with(scene.target, FailureMode.DUPLICATE_SUBMIT),
        ),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS)),
        DrillStep("no more duplicates", lambda scene: failure_mode.heal(scene.target)),
        DrillStep("send an order under a stranded lease", idempotency_keys.send_under_stranded_lease),
    ),
    observations=(
        DrillCheck(
            "duplicates that changed nothing (metric IdempotencyHits)",
            lambda scene: metrics.total(
                scene.target, metrics.of_lab(scene.target, "IdempotencyHits"), scene.started_at
            ),
            at_least(1),
            within_seconds=45,
        ),
        DrillCheck(
            "deliveries that met the lease",
            lambda scene: logs.count(
                scene.target, FunctionName.WORKER, scene.started_at, errorType="LeaseHeld"
            ),
            at_least(1),
            within_seconds=30,
        ),
        in_dlq(equals(1), within_seconds=60),
        alarm("DlqDepth", "ALARM", within_seconds=75),
        DrillCheck(
            "keys INFLIGHT",
            lambda scene: state_table.with_status(scene.target, scene.ledger.keys, "INFLIGHT"),
            equals(1),
        ),
    ),
    repair=(
        DrillStep(
            "end the stranded lease",
            lambda scene: f"{idempotency_keys.end_leases(scene.target, scene.ledger.keys)} leases ended",
        ),
        DrillStep("redrive the DLQ", lambda scene: dead_letters.redrive(scene.target)),
    ),
    recovery=(
        succeeded(EVENTS + 1, within_seconds=45),
        alarm("DlqDepth", "OK", within_seconds=45),
    ),
)
