"""What several drills look for."""

from ops.lab.drills.declaration import DrillCheck, Tolerance, equals
from ops.lab.probes import alarms, queues, table


def alarm(name: str, state: str, *, within_seconds: float) -> DrillCheck:
    """The app's alarm of this name is OK or in ALARM."""
    return DrillCheck(
        f"alarm {name}",
        lambda scene: alarms.state(scene.target, name),
        equals(state),
        within_seconds=within_seconds,
    )


def succeeded(count: int, *, within_seconds: float, title: str = "keys SUCCEEDED") -> DrillCheck:
    """So many of the drill's keys succeeded."""
    return DrillCheck(
        title,
        lambda scene: table.with_status(scene.target, scene.ledger.keys, "SUCCEEDED"),
        equals(count),
        within_seconds=within_seconds,
    )


def dead_letters(
    tolerance: Tolerance, *, within_seconds: float, title: str = "messages in the DLQ"
) -> DrillCheck:
    """How many messages the DLQ holds."""
    return DrillCheck(
        title,
        lambda scene: queues.dead_letters(scene.target),
        tolerance,
        within_seconds=within_seconds,
    )
