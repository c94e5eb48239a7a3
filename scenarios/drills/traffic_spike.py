"""GameDay "Traffic spike": ten times the traffic meets a limit that was meant for one."""

from ops.lab.actions import functions, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.ingestion import STEADY_STATE, allow_deliveries, retry_after
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import metrics, state_table

NORMAL_PER_SECOND = 4
NORMAL, SPIKE = 12, 120
# Of clients at once, and of invocations that ingest may use while the limit is in force.
CLIENTS, LIMIT = 8, 1
# Everything starts again at once: an attempt that is too slow for its timeout must not cost the message.
DELIVERIES = 10

DRILL = Drill(
    name="traffic_spike",
    title="Ten times the traffic",
    story=(
        "Ingest has reserved concurrency for an ordinary day. A campaign brings ten times the orders: the "
        "API answers 503 to what it cannot take, the throttles alarm pages, and clients try again. What got"
        " 202 is never lost; the rest was never accepted."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        retry_after(8),
        allow_deliveries(DELIVERIES),
        DrillStep(
            f"reserve concurrency {LIMIT} for ingest",
            lambda scene: functions.limit_concurrency(scene.target, FunctionName.INGEST, LIMIT),
        ),
        DrillStep(
            f"normal traffic: {NORMAL} orders, {NORMAL_PER_SECOND} a second",
            lambda scene: traffic.send(scene, NORMAL, per_second=NORMAL_PER_SECOND, concurrency=1),
        ),
        DrillStep(
            f"spike: {SPIKE} orders from {CLIENTS} clients at once",
            lambda scene: traffic.send(scene, SPIKE, concurrency=CLIENTS, least_accepted=1),
        ),
    ),
    observations=(
        DrillCheck("requests refused with 503", lambda scene: scene.ledger.refused.get(503, 0), at_least(1)),
        DrillCheck(
            "metric Throttles of ingest",
            lambda scene: metrics.total(
                scene.target,
                metrics.of_function(scene.target, FunctionName.INGEST, "Throttles"),
                scene.started_at,
            ),
            at_least(1),
            within_seconds=20,
        ),
        alarm("IngestThrottles", "ALARM", within_seconds=30),
        DrillCheck(
            "accepted keys that have not SUCCEEDED",
            lambda scene: (
                len(scene.ledger.keys) - state_table.with_status(scene.target, scene.ledger.keys, "SUCCEEDED")
            ),
            equals(0),
            within_seconds=45,
        ),
    ),
    repair=(
        DrillStep(
            "take the limit away",
            lambda scene: functions.limit_concurrency(scene.target, FunctionName.INGEST, None),
        ),
        DrillStep(
            f"the same spike again: {SPIKE} orders, all accepted",
            lambda scene: traffic.send(scene, SPIKE, concurrency=CLIENTS),
        ),
    ),
    recovery=(
        DrillCheck(
            "ingest environments at work at once",
            lambda scene: metrics.most(
                scene.target,
                metrics.of_function(scene.target, FunctionName.INGEST, "ConcurrentExecutions", "Maximum"),
                scene.started_at,
            ),
            at_least(LIMIT + 1),
            within_seconds=20,
        ),
        alarm("IngestThrottles", "OK", within_seconds=45),
    ),
)
