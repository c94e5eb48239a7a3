"""Rollback of a drill or an incident: each change is taken back, the last one first."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from ops.lab.drills.declaration import DrilledPipeline, ReversibleChange
from ops.lab.drills.scene import Scene
from ops.lab.waiting import eventually

# Of messages that were left behind: two deliveries more, at the longest visibility timeout of a drill.
_DRAIN_WITHIN_SECONDS = 60.0

RollbackStep: TypeAlias = tuple[str, Callable[[], object]]


class Rollback:
    """The changes of a drill or an incident, as its steps report them."""

    def __init__(self, pipeline: DrilledPipeline, scene: Scene) -> None:
        self._pipeline = pipeline
        self._scene = scene
        self._changes: list[ReversibleChange] = []

    def remember(self, change: ReversibleChange) -> None:
        self._changes.append(change)

    def steps(self, others: Iterable[RollbackStep]) -> Iterator[RollbackStep]:
        """What is to be done, each with its title: one that fails is to hinder none after it.

        `others` come once the changes are taken back, and before what was sent is drained and deleted.
        """
        while self._changes:
            change = self._changes.pop()
            yield f"take back: {change.what}", change.restore
        yield from others
        if self._scene.ledger.keys:
            yield "let the queue drain", self._drain
            yield "delete its dead letters", self._delete_dead_letters

    def _drain(self) -> None:
        eventually(
            lambda: self._pipeline.in_queue(self._scene.target),
            within=_DRAIN_WITHIN_SECONDS * self._scene.patience,
            until=lambda depth: depth.total == 0,
            what="an empty queue",
        )

    def _delete_dead_letters(self) -> None:
        if self._pipeline.in_dlq(self._scene.target).total:
            self._pipeline.delete_dead_letters(self._scene)
