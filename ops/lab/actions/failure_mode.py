"""Actions on the failure mode: break the ingestion pipeline by it, and heal the pipeline."""

from ops.lab.app import failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange


def break_with(target: Target, mode: FailureMode) -> ReversibleChange:
    """Set the mode, and return once every warm function has noticed."""
    before = failure_mode.known_mode(target)

    def put() -> None:
        failure_mode.break_with(target, mode)
        failure_mode.wait_until_noticed(target, before, mode)

    return ReversibleChange.made(f"failure mode {mode.value}", put, lambda: heal(target))


def heal(target: Target) -> None:
    """Reset the mode by the app's reset function, and return once every warm function has noticed."""
    if failure_mode.read_mode(target) != FailureMode.NONE:
        before = failure_mode.known_mode(target)
        failure_mode.heal(target)
        failure_mode.wait_until_noticed(target, before)
