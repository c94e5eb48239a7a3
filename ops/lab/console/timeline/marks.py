"""Marks of the timeline: what was done while the curves ran; and stretches of drills behind them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ops.lab.console.changes.action_journal import ActionRecord
from ops.lab.console.timeline.deployments import DeployedStacks
from ops.lab.console.timeline.drill_traces import DrillTrace


@dataclass(frozen=True)
class TimelineMark:
    """`kind` is action, deployment or drill; times are epoch seconds; `failed` says that it was not done."""

    at: float
    kind: str
    title: str
    detail: str = ""
    failed: bool = False


@dataclass(frozen=True)
class DrillStretch:
    """Stretch in which a drill's fault was in force (`fault`), or repaired (`mend`); or neither (`calm`)."""

    kind: str
    title: str
    begins: float
    ends: float


def marks(
    actions: Iterable[ActionRecord],
    deployed: Iterable[DeployedStacks],
    drills: Sequence[DrillTrace],
    begin: float,
) -> list[TimelineMark]:
    """All of them since `begin`, the oldest first."""
    found = [
        *(TimelineMark(each.at, "action", each.title, each.outcome, not each.done) for each in actions),
        *(_of_deployment(each) for each in deployed),
        *(mark for drill in drills for mark in _of_drill(drill)),
    ]
    return sorted((mark for mark in found if mark.at >= begin), key=lambda mark: mark.at)


def _of_deployment(deployed: DeployedStacks) -> TimelineMark:
    failed = any("ROLLBACK" in each or "FAILED" in each for each in deployed.outcomes)
    took = f"{deployed.ends - deployed.begins:.0f} s: " if deployed.ends > deployed.begins else ""
    return TimelineMark(
        deployed.begins, "deployment", "Deployment", took + ", ".join(deployed.outcomes), failed
    )


def _of_drill(drill: DrillTrace) -> Iterator[TimelineMark]:
    yield TimelineMark(
        drill.begins, "drill", f"Drill {drill.drill}", drill.outcome, drill.outcome == "violated"
    )
    for at, title in drill.steps:
        yield TimelineMark(at, "drill", title, f"step of {drill.drill}")


def stretches(drills: Iterable[DrillTrace], now: float) -> list[DrillStretch]:
    """The phases of the drills, in order; one that lasts ends now."""
    return [
        DrillStretch(phase.kind, f"{drill.drill}: {phase.name}", phase.begins, phase.ends or now)
        for drill in drills
        for phase in drill.phases
    ]
