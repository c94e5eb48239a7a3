"""GameDay "Schema break": the worker refuses every message."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import dead_letters, failure_mode, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.drill_parts.ingestion import NONE_ON_THE_WAY, QUICK_RETRIES, STEADY_STATE, in_dlq, succeeded
from ops.lab.drill_parts.paging import alarm, dlq_alarm_mailed, mail_is_subscribed
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, Proof, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, state_table

EVENTS = 20

DRILL = Drill(
    name="poison_payload",
    title="Poison messages fill the DLQ",
    story=(
        "After a release the worker rejects every order as invalid. The DLQ alarm pages the engineer on "
        "call, who finds the cause, takes the release back and redrives."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=(
        *STEADY_STATE,
        mail_is_subscribed(INGESTION),
    ),
    method=(
        QUICK_RETRIES,
        DrillStep(
            "reject every payload",
            lambda scene: failure_mode.break_with(scene.target, FailureMode.POISON_PAYLOAD),
        ),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        DrillCheck(
            "worker logs SchemaValidationError",
            lambda scene: logs.count(
                scene.target, FunctionName.WORKER, scene.started_at, errorType="SchemaValidationError"
            ),
            at_least(1),
            within_seconds=20,
        ),
        DrillCheck(
            "keys FAILED with that reason in the table",
            lambda scene: state_table.with_error_type(
                scene.target, scene.ledger.keys, "SchemaValidationError"
            ),
            at_least(1),
            within_seconds=30,
        ),
        # More where a client repeated a request whose answer it did not get.
        in_dlq(at_least(EVENTS), within_seconds=60),
        alarm("DlqDepth", "ALARM", within_seconds=60),
        NONE_ON_THE_WAY,
        dlq_alarm_mailed(INGESTION, within_seconds=60),
    ),
    repair=(
        DrillStep("take the release back", lambda scene: failure_mode.heal(scene.target)),
        DrillStep("redrive the DLQ", lambda scene: dead_letters.redrive(scene.target)),
    ),
    recovery=(
        in_dlq(equals(0), within_seconds=20),
        succeeded(EVENTS, within_seconds=30),
        alarm("DlqDepth", "OK", within_seconds=30),
    ),
    proof=Proof(within_seconds=30),
)
