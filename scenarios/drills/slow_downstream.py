"""GameDay "Slow downstream": the worker is killed at its timeout, and its messages come back."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import failure_mode, traffic
from ops.lab.app.function_names import processing_function
from ops.lab.app.target import Target
from ops.lab.drill_parts.ingestion import QUICK_RETRIES, STEADY_STATE, allow_deliveries, succeeded
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, Proof, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import alarms, logs, metrics, state_table

EVENTS = 10


def _errors_alarm(target: Target) -> str:
    return f"{processing_function(target).value.capitalize()}Errors"


DRILL = Drill(
    name="slow_downstream",
    title="A slow dependency outlasts the worker",
    story=(
        "A dependency answers after the worker's timeout. Lambda kills the worker in the middle of its work; "
        "the alarm on its errors pages the engineer on call. The lease that a dead worker leaves behind "
        "must block no one."
    ),
    minutes=0.7,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        QUICK_RETRIES,
        allow_deliveries(10),
        DrillStep(
            "let the dependency sleep",
            lambda scene: failure_mode.break_with(scene.target, FailureMode.SLOW_DOWNSTREAM),
        ),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        DrillCheck(
            "invocations that Lambda timed out, in the log",
            lambda scene: logs.count_text(
                scene.target, processing_function(scene.target), scene.started_at, "Task timed out"
            ),
            at_least(1),
            within_seconds=30,
        ),
        DrillCheck(
            "keys INFLIGHT under a worker's lease",
            lambda scene: state_table.with_status(scene.target, scene.ledger.keys, "INFLIGHT"),
            at_least(1),
            within_seconds=30,
        ),
        DrillCheck(
            "metric Errors of the function that was killed",
            lambda scene: metrics.total(
                scene.target,
                metrics.of_function(scene.target, processing_function(scene.target), "Errors"),
                scene.started_at,
            ),
            at_least(1),
            within_seconds=30,
        ),
        DrillCheck(
            "alarm on the errors of that function",
            lambda scene: alarms.state(scene.target, _errors_alarm(scene.target)),
            equals("ALARM"),
            within_seconds=45,
        ),
        DrillCheck(
            "attempts at the most stubborn key, after its visibility timeout",
            lambda scene: state_table.most_attempts(scene.target, scene.ledger.keys),
            at_least(2),
            within_seconds=45,
        ),
    ),
    repair=(DrillStep("mend the dependency", lambda scene: failure_mode.heal(scene.target)),),
    recovery=(
        succeeded(EVENTS, within_seconds=45),
        DrillCheck(
            "alarm on the errors of that function",
            lambda scene: alarms.state(scene.target, _errors_alarm(scene.target)),
            equals("OK"),
            within_seconds=45,
        ),
    ),
    proof=Proof(within_seconds=30),
)
