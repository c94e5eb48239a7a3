"""GameDay "Schema break": the worker refuses every message."""

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import failure_mode, redrive, traffic
from ops.lab.app.log_tail import FunctionName
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, Proof, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, mail, table
from scenarios.drills._checks import alarm, dead_letters, succeeded
from scenarios.drills._retries import QUICK_RETRIES
from scenarios.drills._steady import STEADY_STATE

EVENTS = 20

DRILL = Drill(
    name="poison_payload",
    title="Poison messages fill the DLQ",
    story=(
        "After a release the worker rejects every order as invalid. The DLQ alarm pages whoever is on call; "
        "they find the cause, take the release back and redrive."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=(
        *STEADY_STATE,
        DrillCheck(
            "addresses that get alarms by mail",
            lambda scene: mail.subscriptions(scene.target, scene.target.output(INGESTION.topic)),
            at_least(1),
            within_seconds=0,
            hint="give one: lab up -c alarmEmail=me@example.com",
            on_aws=False,
        ),
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
            lambda scene: table.with_error_type(scene.target, scene.ledger.keys, "SchemaValidationError"),
            at_least(1),
            within_seconds=30,
        ),
        dead_letters(equals(EVENTS), within_seconds=60),
        alarm("DlqDepth", "ALARM", within_seconds=60),
        DrillCheck(
            "mails about the DLQ alarm",
            lambda scene: mail.delivered(
                scene.target, scene.started_at, scene.target.output("DlqDepthAlarmName")
            ),
            at_least(1),
            within_seconds=60,
            on_aws=False,
        ),
    ),
    repair=(
        DrillStep("take the release back", lambda scene: failure_mode.heal(scene.target)),
        DrillStep("redrive the DLQ", lambda scene: redrive.redrive(scene.target)),
    ),
    recovery=(
        dead_letters(equals(0), within_seconds=20),
        succeeded(EVENTS, within_seconds=30),
        alarm("DlqDepth", "OK", within_seconds=30),
    ),
    proof=Proof(within_seconds=30),
)
