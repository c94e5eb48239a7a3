"""GameDay "Burst": 500 files at once; the scaler follows the queue up and down, within its bounds."""

from functions.files.environment import ScalerEnvironment
from ops.lab.actions.files import upload
from ops.lab.drill_parts.files import FILES_STEADY_STATE, await_rest, succeeded
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.scene import Scene
from ops.lab.files.snapshot import control
from ops.lab.probes import files
from ops.lab.waiting import eventually

FILE_COUNT, ROWS = 500, 2


def _limits(scene: Scene) -> ScalerEnvironment:
    return files.scaler_limits(scene.target)


def _steps(scene: Scene) -> list[files.ScalerStep]:
    return files.scaler_steps(scene.target, scene.started_at)


def _come_down(scene: Scene) -> str:
    """Wait until the scaler is at its least, and tell each of its steps as it logged them."""
    least = _limits(scene).min_concurrency
    eventually(
        lambda: control(scene.target).concurrency,
        within=30 * scene.patience,
        until=lambda now: now == least,
        what=f"a concurrency of {least}",
    )
    return "; ".join(map(str, _steps(scene)))


DRILL = Drill(
    name="csv_burst",
    title="500 files at once",
    story=(
        "A partner delivers a night's files within seconds. The queue takes them all; the scaler raises the "
        "number of files at once with the queue's depth, and lowers it again. No one is paged."
    ),
    minutes=2,
    pipeline=FILES,
    hypothesis=FILES_STEADY_STATE,
    method=(
        DrillStep(
            f"upload {FILE_COUNT} files of {ROWS} rows",
            lambda scene: upload(scene, FILE_COUNT, ROWS, prefix="burst", workers=16),
        ),
    ),
    observations=(
        DrillCheck(
            "messages in the queue just after the upload",
            lambda scene: FILES.in_queue(scene.target).total,
            at_least(FILE_COUNT / 2),
            within_seconds=5,
        ),
        DrillCheck(
            "whether the scaler allows its maximum at once",
            lambda scene: str(control(scene.target).concurrency == _limits(scene).max_concurrency),
            equals("True"),
            within_seconds=60,
        ),
    ),
    repair=(
        DrillStep("let the queue come to rest", await_rest),
        DrillStep("let the scaler come down again", _come_down),
    ),
    recovery=(
        succeeded(FILE_COUNT, within_seconds=10),
        DrillCheck(
            "steps of the scaler upwards",
            lambda scene: sum(step.after > step.before for step in _steps(scene)),
            at_least(1),
            within_seconds=20,
        ),
        DrillCheck(
            "steps of the scaler downwards",
            lambda scene: sum(step.after < step.before for step in _steps(scene)),
            at_least(1),
            within_seconds=20,
        ),
        DrillCheck(
            "steps of the scaler out of its bounds",
            lambda scene: sum(not step.within(_limits(scene)) for step in _steps(scene)),
            equals(0),
            within_seconds=5,
        ),
    ),
)
