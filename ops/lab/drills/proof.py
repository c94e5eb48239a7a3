"""What a drill claims of everything that the pipeline accepted, and what is found to be so."""

from dataclasses import dataclass
from typing import Protocol

from ops.lab.drills.tolerance import Tolerance, Value


@dataclass(frozen=True)
class Proof:
    """What everything accepted must have come to, `within_seconds` after the repair.

    `parked` and `dead_letters` are how many messages the drill means to leave with those that were given up
    on, and in the DLQ. `repeats` tells that something may have been done again in a way that can be told, as
    after a crash between doing it and noting it.
    """

    within_seconds: float = 60.0
    parked: int = 0
    dead_letters: int = 0
    repeats: bool = False


@dataclass(frozen=True)
class Finding:
    """One line of the proof."""

    title: str
    value: Value
    tolerance: Tolerance

    @property
    def met(self) -> bool:
        return self.tolerance.accepts(self.value)


class Accounting(Protocol):
    """A count of everything accepted: a dataclass of numbers, which the journal keeps."""

    def findings(self, proof: Proof) -> list[Finding]:
        """Every line of the proof; it holds if all are met."""

    def counted(self) -> dict[str, int]:
        """The numbers by their names."""
