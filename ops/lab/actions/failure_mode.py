"""Set and reset the failure mode."""

from ops.lab.actions.change import Change
from ops.lab.app import failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.target import Target


def break_with(target: Target, mode: FailureMode) -> Change:
    """Set the mode, and return once every warm function has noticed."""
    failure_mode.break_with(target, mode)
    failure_mode.wait_until_noticed(target)
    return Change(f"failure mode {mode.value}", lambda: heal(target))


def heal(target: Target) -> None:
    """Reset the mode by the app's reset function, and return once every warm function has noticed."""
    if failure_mode.read_mode(target) != FailureMode.NONE:
        failure_mode.heal(target)
        failure_mode.wait_until_noticed(target)
