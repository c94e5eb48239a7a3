"""Restoration after an incident: each change is put back, the last one first, and nothing of it is left."""

from collections.abc import Callable, Iterator

from ops.lab.drills.declaration import DrilledPipeline, ReversibleChange
from ops.lab.drills.journal import reason_of
from ops.lab.drills.run import DRAIN_WITHIN_SECONDS
from ops.lab.drills.scene import Scene
from ops.lab.waiting import eventually


class Restoration:
    """The changes of an incident, as its steps report them. One that cannot be put back hinders no other."""

    def __init__(self, pipeline: DrilledPipeline, scene: Scene) -> None:
        self._pipeline = pipeline
        self._scene = scene
        self._changes: list[ReversibleChange] = []

    def remember(self, change: ReversibleChange) -> None:
        self._changes.append(change)

    def carry_out(self, once_restored: Callable[[], object]) -> list[str]:
        """Do it, and tell what failed. What is done once is not done again.

        `once_restored` returns when no client waits for an answer any more: what the app takes that late must
        be drained and deleted too. What the incident broke may be what they wait for.
        """
        failed = []
        for what, act in self._steps(once_restored):
            try:
                act()
            except Exception as error:
                failed.append(f"{what}: {reason_of(error)}")
        self._changes.clear()
        return failed

    def _steps(self, once_restored: Callable[[], object]) -> Iterator[tuple[str, Callable[[], object]]]:
        for change in reversed(self._changes):
            yield change.what, change.restore
        yield "await the clients' last answers", once_restored
        if self._scene.ledger.keys:
            yield "let the queue drain", self._drain
            yield "delete the dead letters", lambda: self._pipeline.delete_dead_letters(self._scene)

    def _drain(self) -> None:
        eventually(
            lambda: self._pipeline.in_queue(self._scene.target).total,
            within=DRAIN_WITHIN_SECONDS * self._scene.patience,
            until=lambda total: total == 0,
            what="an empty queue",
        )
