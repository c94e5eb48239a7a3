"""Runbook "Access denied": a release lost a permission, and every event fails at the same call."""

from ops.lab.actions import dead_letters, permissions, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.app.permission_mode import missing_actions
from ops.lab.app.target import Target
from ops.lab.drill_parts.ingestion import NONE_ON_THE_WAY, STEADY_STATE, in_dlq, retry_after, succeeded
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, state_table

EVENTS = 8
ACTION = "events:PutEvents"
ERROR_TYPE = "AccessDeniedException"
DENIED = f"is not authorized to perform: {ACTION}"


def announcing_function(target: Target) -> FunctionName:
    """Where outcomes are announced: the worker, or the workflow's own step."""
    orchestrated = target.has_output(FunctionName.EVENTS.output)
    return FunctionName.EVENTS if orchestrated else FunctionName.WORKER


def bus_arn(target: Target) -> str:
    """The bus that outcomes are announced on."""
    return target.events.describe_event_bus(Name=target.output("BusName"))["Arn"]


DRILL = Drill(
    name="access_denied",
    title="A release lost a permission",
    story=(
        f"Somebody tidied a policy up: the role that announces outcomes no longer has {ACTION}. No code has "
        "changed and every test of it passes, yet each event fails at that call, and ends in the DLQ, whose "
        "alarm pages. The log has AWS's words, and the permissions' report the missing statement."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        DrillStep(
            f"send {EVENTS} orders before the release", lambda scene: traffic.send_and_await(scene, EVENTS)
        ),
        retry_after(8),
        DrillStep("enforce permissions, as AWS does", lambda scene: permissions.enforce(scene.target)),
        DrillStep(
            f"take {ACTION} from the role",
            lambda scene: permissions.lose(scene.target, announcing_function(scene.target), ACTION),
        ),
        DrillStep(f"send {EVENTS} orders after it", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        DrillCheck(
            "lines of the log with AWS's words",
            lambda scene: logs.count_text(
                scene.target, announcing_function(scene.target), scene.started_at, DENIED
            ),
            at_least(1),
            within_seconds=45,
        ),
        DrillCheck(
            "whether `lab iam report` names the missing statement",
            lambda scene: str(ACTION in missing_actions(scene.target, announcing_function(scene.target))),
            equals("True"),
            within_seconds=45,
            hint="lab iam report",
            on_aws=False,
        ),
        DrillCheck(
            f"records that failed by {ERROR_TYPE}",
            lambda scene: logs.count(
                scene.target, FunctionName.WORKER, scene.started_at, errorType=ERROR_TYPE
            ),
            at_least(1),
            within_seconds=45,
        ),
        in_dlq(at_least(EVENTS), within_seconds=60),
        alarm("DlqDepth", "ALARM", within_seconds=75),
        NONE_ON_THE_WAY,
        DrillCheck(
            "keys FAILED",
            lambda scene: state_table.with_status(scene.target, scene.ledger.keys, "FAILED"),
            at_least(1),  # not of an attempt that was cut off: its lease is left
        ),
    ),
    repair=(
        DrillStep(
            f"give the role {ACTION} back",
            lambda scene: permissions.allow(
                scene.target, announcing_function(scene.target), ACTION, bus_arn(scene.target)
            ),
        ),
        DrillStep("redrive the DLQ", lambda scene: dead_letters.redrive(scene.target)),
    ),
    recovery=(
        succeeded(2 * EVENTS, within_seconds=45),
        alarm("DlqDepth", "OK", within_seconds=45),
    ),
)
