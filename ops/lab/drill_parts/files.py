"""Files pipeline, as a drill's parts: its steady state, common steps and checks."""

from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.checkpoint import FileStatus
from ops.lab.actions import files as file_actions
from ops.lab.drills.declaration import UNAIDED_WITHIN_SECONDS, DrillCheck, DrillStep, Tolerance, equals
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.scene import Scene
from ops.lab.files import simulated_api
from ops.lab.files.simulated_api import HEALTHY
from ops.lab.files.snapshot import backlog, control
from ops.lab.probes import files
from ops.lab.waiting import eventually

# Of 500 files, or of one that fails three times while the pressure is high.
_REST_SECONDS = 120.0

FILES_STEADY_STATE = (
    DrillCheck(
        "whether the API is healthy",
        lambda scene: str(simulated_api.read(scene.target) == HEALTHY),
        equals("True"),
        within_seconds=UNAIDED_WITHIN_SECONDS,
        hint="lab files api --healthy",
    ),
    DrillCheck("messages in the queue", lambda scene: FILES.in_queue(scene.target).total, equals(0)),
    DrillCheck(
        "messages in the DLQ",
        lambda scene: FILES.in_dlq(scene.target).total,
        equals(0),
        within_seconds=UNAIDED_WITHIN_SECONDS,
        hint="redrive or purge it first: a drill must not mix its dead letters with others",
    ),
    DrillCheck("events that no target took", lambda scene: backlog(scene.target).undelivered, equals(0)),
    DrillCheck(
        "asynchronous invocations given up", lambda scene: backlog(scene.target).failed_invocations, equals(0)
    ),
    DrillCheck("alarms in ALARM", lambda scene: FILES.raised_alarms(scene.target), equals("none")),
)
HEAL = DrillStep("heal the API", lambda scene: file_actions.heal(scene.target))


def behave(title: str, behaviour: ApiBehaviour) -> DrillStep:
    """Change how the API behaves."""
    return DrillStep(title, lambda scene: file_actions.behave(scene.target, behaviour))


def succeeded(count: int, *, within_seconds: float, title: str = "files SUCCEEDED") -> DrillCheck:
    """So many of the drill's files are done."""
    return DrillCheck(
        title,
        lambda scene: files.with_status(scene.target, scene.ledger.keys, FileStatus.SUCCEEDED),
        equals(count),
        within_seconds=within_seconds,
    )


def in_dlq(tolerance: Tolerance, *, within_seconds: float, title: str = "messages in the DLQ") -> DrillCheck:
    """How many messages the DLQ holds."""
    return DrillCheck(
        title,
        lambda scene: FILES.in_dlq(scene.target).total,
        tolerance,
        within_seconds=within_seconds,
    )


def pressure(tolerance: Tolerance, *, within_seconds: float, title: str) -> DrillCheck:
    """For how many more seconds each file waits, because of backpressure."""
    return DrillCheck(
        title,
        lambda scene: control(scene.target).pressure,
        tolerance,
        within_seconds=within_seconds,
    )


def await_rest(scene: Scene) -> str:
    """Wait until no message is left in the queue, and tell how many the DLQ has."""
    eventually(
        lambda: FILES.in_queue(scene.target),
        within=_REST_SECONDS * scene.patience,
        until=lambda depth: depth.total == 0,
        what="an empty queue",
        hint="lab files monitor",
    )
    return f"{FILES.in_dlq(scene.target).total} messages in the DLQ"


REDRIVE_FILES = DrillStep("redrive what failed, and what comes to the DLQ later", file_actions.redrive_all)
