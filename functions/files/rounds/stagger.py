"""How long a file waits before its turn, so that a batch does not fall on the downstream at once."""

from dataclasses import dataclass

from functions.files.rounds.priority import Priority


@dataclass(frozen=True)
class Stagger:
    """The pace of a pipeline."""

    step_milliseconds: int
    """Between two neighbours of a batch, for files of normal priority and a shallow queue."""
    deep_queue_messages: int
    """Depth from which on files follow twice as close."""
    max_wait_seconds: int

    def wait_seconds(self, index: int, priority: Priority, depth: int, pressure_seconds: int) -> int:
        """Whole seconds, as a Wait state takes them. Grows with the index, the pressure and a lower priority,
        and shrinks with the depth: a long queue is itself a reason to hurry."""
        step = self.step_milliseconds / 1000 * self._depth_factor(depth) * priority.stagger_factor
        return min(self.max_wait_seconds, round(index * step + pressure_seconds))

    def _depth_factor(self, depth: int) -> float:
        return 1 - min(1.0, depth / self.deep_queue_messages) / 2
