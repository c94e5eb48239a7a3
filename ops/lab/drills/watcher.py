"""Who looks on while a drill runs: a terminal, a test's output, or nobody."""

from ops.lab.drills.declaration import Check
from ops.lab.drills.journal import CheckRecord, Journal, Phase, StepRecord
from ops.lab.drills.tolerance import Value


class Watcher:
    """Told of everything as it happens, in the drill's thread. Does nothing unless a subclass does."""

    def began(self, journal: Journal) -> None:
        """The drill begins; the journal grows from now on."""

    def phase(self, phase: Phase) -> None:
        """A phase begins."""

    def doing(self, title: str) -> None:
        """A step begins."""

    def did(self, record: StepRecord) -> None:
        """A step is done, has failed or was left out."""

    def looking(self, check: Check, value: Value, seconds_left: float) -> None:
        """A probe answered, and its check is not met yet."""

    def judged(self, record: CheckRecord) -> None:
        """A check is met, was missed or was left out."""

    def ended(self) -> None:
        """The drill is over, rollback included."""
