"""GameDay "Downstream outage": the circuit opens, work waits in the queue, and recovers by itself."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import failure_mode, traffic
from ops.lab.drill_parts.ingestion import STEADY_STATE, allow_deliveries, retry_after, succeeded
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, metrics
from ops.lab.probes import queues as depths

EVENTS = 30
# An outage costs each message a delivery for every visibility timeout that it lasts, open circuit or not.
DELIVERIES = 20

DRILL = Drill(
    name="downstream_outage",
    title="The downstream is gone, and comes back",
    story=(
        "What the worker calls answers nothing but errors. After three of them its circuit opens: records "
        "fail at once instead of piling up calls, the backlog waits in the queue, and a trial now and then "
        "finds out when it is over."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        retry_after(8),
        allow_deliveries(DELIVERIES),
        DrillStep(
            "take the downstream away",
            lambda scene: failure_mode.break_with(scene.target, FailureMode.DOWNSTREAM_OUTAGE),
        ),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        DrillCheck(
            "circuits that opened",
            lambda scene: logs.circuit_changes(scene.target, scene.started_at, "Downstream", "open"),
            at_least(1),
            within_seconds=30,
        ),
        DrillCheck(
            "records refused by the open circuit",
            lambda scene: logs.circuit_refusals(scene.target, scene.started_at),
            at_least(1),
            within_seconds=30,
        ),
        DrillCheck(
            "metric CircuitOpened",
            lambda scene: metrics.total(
                scene.target,
                metrics.of_lab(scene.target, "CircuitOpened", Circuit="Downstream"),
                scene.started_at,
            ),
            at_least(1),
            within_seconds=45,
        ),
        alarm("CircuitOpenedDownstream", "ALARM", within_seconds=45),
        DrillCheck(
            "messages that wait in the queue",
            lambda scene: depths.in_queue(scene.target),
            at_least(EVENTS),  # more where a client repeated a request whose answer it did not get
            within_seconds=30,
        ),
        DrillCheck(
            "half-open circuits: trials while the outage lasts",
            lambda scene: logs.circuit_changes(scene.target, scene.started_at, "Downstream", "half-open"),
            at_least(1),
            within_seconds=45,
        ),
    ),
    repair=(DrillStep("bring the downstream back", lambda scene: failure_mode.heal(scene.target)),),
    recovery=(
        DrillCheck(
            "circuits that closed",
            lambda scene: logs.circuit_changes(scene.target, scene.started_at, "Downstream", "closed"),
            at_least(1),
            within_seconds=60,
        ),
        alarm("CircuitOpenedDownstream", "OK", within_seconds=60),
        succeeded(EVENTS, within_seconds=90, title="keys SUCCEEDED, without a redrive"),
    ),
)
