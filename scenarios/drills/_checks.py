"""What several drills look for."""

from ops.lab.drills.declaration import Check
from ops.lab.drills.tolerance import Tolerance, equals
from ops.lab.probes import alarms, queues, table


def alarm(name: str, state: str, *, within_seconds: float) -> Check:
    """The app's alarm of this name is OK or in ALARM."""
    return Check(
        f"alarm {name}",
        lambda scene: alarms.state(scene.target, name),
        equals(state),
        within_seconds=within_seconds,
    )


def succeeded(count: int, *, within_seconds: float, title: str = "keys SUCCEEDED") -> Check:
    """So many of the drill's keys succeeded."""
    return Check(
        title,
        lambda scene: table.with_status(scene.target, scene.ledger.keys, "SUCCEEDED"),
        equals(count),
        within_seconds=within_seconds,
    )


def dead_letters(tolerance: Tolerance, *, within_seconds: float, title: str = "messages in the DLQ") -> Check:
    """How many messages the DLQ holds."""
    return Check(
        title,
        lambda scene: queues.dead_letters(scene.target),
        tolerance,
        within_seconds=within_seconds,
    )
