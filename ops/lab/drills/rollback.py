"""Put everything back, the last change first, whatever fails on the way."""

from collections.abc import Callable, Iterator, Sequence

from ops.lab.actions.change import Change
from ops.lab.drills.declaration import Step
from ops.lab.drills.pipeline import Pipeline
from ops.lab.drills.recorder import Recorder
from ops.lab.drills.scene import Scene
from ops.lab.waiting import eventually

# Of messages that the drill left behind: two deliveries more, at the longest visibility timeout of a drill.
DRAIN_WITHIN_SECONDS = 60.0


class Rollback:
    """The changes of a drill, as its steps report them."""

    def __init__(self, pipeline: Pipeline, scene: Scene, recorder: Recorder) -> None:
        self._pipeline = pipeline
        self._scene = scene
        self._recorder = recorder
        self._changes: list[Change] = []

    def remember(self, change: Change) -> None:
        self._changes.append(change)

    def carry_out(self, declared: Sequence[Step]) -> BaseException | None:
        """Try every step; return the first error. Each is in the journal with its own."""
        first: BaseException | None = None
        for title, act in self._steps(declared):
            try:
                with self._recorder.step(title):
                    act()
            except Exception as error:
                first = first or error
        return first

    def _steps(self, declared: Sequence[Step]) -> Iterator[tuple[str, Callable[[], object]]]:
        for change in reversed(self._changes):
            yield f"restore: {change.what}", change.restore
        for step in declared:
            yield step.title, lambda step=step: step.act(self._scene)  # type: ignore[misc]
        if self._scene.ledger.keys:
            yield "let the queue drain", self._drain
            yield "delete this drill's dead letters", self._delete_dead_letters

    def _drain(self) -> None:
        eventually(
            lambda: self._pipeline.in_queue(self._scene.target),
            within=DRAIN_WITHIN_SECONDS * self._scene.patience,
            until=lambda depth: depth.total == 0,
            what="an empty queue",
        )

    def _delete_dead_letters(self) -> None:
        if self._pipeline.in_dlq(self._scene.target).total:
            self._pipeline.delete_dead_letters(self._scene)
