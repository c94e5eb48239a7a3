"""Declaration of a drill: data, which `ops.lab.drills.run` carries out.

    hypothesis   the steady state, checked before and after
    method       inject the fault, send the load
    observations what people and machines should notice, each within so many seconds
    repair       what an operator does about it
    recovery     what should be seen once it is repaired
    proof        nothing lost, nothing repeated without a record of it
    rollback     always: every change is restored, the last one first

After Chaos Toolkit's experiment (hypothesis, method, rollbacks) and Jepsen's three-valued verdict.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from ops.lab.app import queue_depth
from ops.lab.app.target import Target
from ops.lab.drills.scene import Scene
from ops.lab.errors import CommandError
from ops.lab.probes import alarms
from ops.lab.probes.logs import CircuitStateChange
from ops.lab.report.chart import Chart

Value = int | float | str  # what a probe answers
Samples = dict[str, float | None]

# Long enough for an alarm that a previous drill raised to be OK again.
STEADY_WITHIN_SECONDS = 60.0
# What only a person or a command changes, such as the failure mode: no patience brings it about.
UNAIDED_WITHIN_SECONDS = 5.0


class NotCarriedOut(CommandError):
    """The drill itself could not do what it declares, so it says nothing about the pipeline."""


@dataclass(frozen=True)
class Tolerance:
    """Which values of a probe are good. `text` completes the sentence "the value is …"."""

    text: str
    accepts: Callable[[Value], bool]

    def __str__(self) -> str:
        return self.text


def equals(wanted: Value) -> Tolerance:
    return Tolerance(f"= {wanted}", lambda value: value == wanted)


def at_least(least: float) -> Tolerance:
    return Tolerance(f"≥ {least:g}", lambda value: _number(value) >= least)


def at_most(most: float) -> Tolerance:
    return Tolerance(f"≤ {most:g}", lambda value: _number(value) <= most)


def between(least: float, most: float) -> Tolerance:
    """Both ends included."""
    return Tolerance(f"{least:g} to {most:g}", lambda value: least <= _number(value) <= most)


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise TypeError(f"{value!r} is compared with a number")
    return value


@dataclass(frozen=True)
class DrillCheck:
    """A probe and what it should answer, at the latest `within_seconds` after its phase began.

    What only the emulator shows, such as a delivered mail, is left out on AWS by `on_aws=False`.
    """

    title: str
    probe: Callable[[Scene], Value]
    tolerance: Tolerance
    within_seconds: float = STEADY_WITHIN_SECONDS
    hint: str = ""
    on_aws: bool = True


@dataclass(frozen=True)
class ReversibleChange:
    """What an action changed. `restore` puts back exactly what was there before; calling it again, or after a
    repair, is harmless."""

    what: str
    restore: Callable[[], object]

    @classmethod
    def made(cls, what: str, make: Callable[[], object], restore: Callable[[], object]) -> "ReversibleChange":
        """The change that `make` makes. Where it is cut short, by Ctrl-C too, it is restored before that is
        raised: it may be in force already, and a rollback puts back only what it was told."""
        try:
            make()
        except BaseException:
            restore()
            raise
        return cls(what, restore)

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True)
class DrillStep:
    """Something done to the pipeline.

    A change that it answers is restored at rollback; a text is the result, for the journal.
    """

    title: str
    act: Callable[[Scene], ReversibleChange | str | None]


@dataclass(frozen=True)
class Proof:
    """What everything accepted must have come to, `within_seconds` after the repair.

    `parked` and `dead_letters` are how many messages the drill means to leave with those that were given up
    on, and in the DLQ. What an attempt that was cut off has done is done again, on a slow machine in any
    drill: that is no fault as long as it is on record.
    """

    within_seconds: float = 60.0
    parked: int = 0
    dead_letters: int = 0


@dataclass(frozen=True)
class ProofLine:
    """One line of the proof, as it was found."""

    title: str
    value: Value
    tolerance: Tolerance

    @property
    def met(self) -> bool:
        return self.tolerance.accepts(self.value)


class Accounting(Protocol):
    """A count of everything accepted: a dataclass of numbers, which the journal keeps."""

    def lines(self, proof: Proof) -> list[ProofLine]:
        """Every line of the proof; it holds if all are met."""

    def counted(self) -> dict[str, int]:
        """The numbers by their names."""


class DrilledPipeline(ABC):
    """One of the app's pipelines: what is sampled while a drill runs, counted after it and then cleaned up.

    `queue`, `dlq` and `topic` are stack outputs. `retry_seconds` is how long a message needs to reach the
    DLQ in the settings of the scenarios, which the times of the drills are meant for. `noun` is what it
    accepts, in the plural.
    """

    noun: ClassVar[str]
    queue: ClassVar[str]
    dlq: ClassVar[str]
    topic: ClassVar[str]
    dlq_alarm: ClassVar[str]
    retry_seconds: ClassVar[float]
    # For the report: its plots, and where the proof's numbers come from.
    charts: ClassVar[tuple[Chart, ...]]
    proof_source: ClassVar[str]

    @abstractmethod
    def whereabouts(self, target: Target) -> dict[str, str]:
        """How it is deployed, for the report. Raises NotUp where it is not."""

    @abstractmethod
    def counts(self, scene: Scene) -> Samples:
        """What is read every few samples: what was counted since the drill began. It has what the headline
        counts, from the same source."""

    def circuit_changes(self, scene: Scene) -> list[CircuitStateChange]:
        """What the functions logged of their circuits since the drill began, read once at its end."""
        return []

    @abstractmethod
    def succeeded(self, target: Target, keys: Collection[str]) -> set[str]:
        """Those of the ledger's keys that the pipeline is done with, in a good way."""

    @abstractmethod
    def account(self, scene: Scene) -> Accounting:
        """Count what became of everything in the scene's ledger."""

    @abstractmethod
    def headline(self, proof: Mapping[str, int], accepted: int) -> list[tuple[int, str]]:
        """The numbers at the top of the report; `proof` is empty where it did not come to one."""

    @abstractmethod
    def delete_dead_letters(self, scene: Scene) -> int:
        """Delete what this drill left in the DLQ, and return how much that was."""

    def depths(self, scene: Scene) -> Samples:
        """What is read with every sample."""
        main, dlq = self.in_queue(scene.target), self.in_dlq(scene.target)
        return {
            "queue_waiting": main.visible,
            "queue_in_flight": main.in_flight,
            "queue_delayed": main.delayed,
            "dlq": dlq.total,
        }

    def in_queue(self, target: Target) -> queue_depth.QueueDepth:
        return queue_depth.depth(target, target.output(self.queue))

    def in_dlq(self, target: Target) -> queue_depth.QueueDepth:
        return queue_depth.depth(target, target.output(self.dlq))

    def alarms(self, target: Target) -> list[str]:
        """The names of the alarms that page on this pipeline's topic."""
        return alarms.paging(target, target.output(self.topic))

    def raised_alarms(self, target: Target) -> str:
        """Those of them in ALARM, or "none"."""
        return alarms.raised(target, self.alarms(target))


class DrillVerdict(StrEnum):
    """What a drill says of the pipeline.

    `violated` is the pipeline's failure; `inconclusive` is the drill's: it could not be carried out.
    """

    HELD = "held"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_code(self) -> int:
        """What `lab drill run` ends with."""
        return {DrillVerdict.HELD: 0, DrillVerdict.VIOLATED: 1, DrillVerdict.INCONCLUSIVE: 2}[self]


@dataclass(frozen=True)
class Drill:
    """`story` tells what pages whom, in one or two sentences. `minutes` is about how long it takes.

    `pipeline` is the one that it breaks: what is sampled, proved and cleaned up is that one's.
    """

    name: str
    title: str
    story: str
    minutes: float
    pipeline: DrilledPipeline
    hypothesis: tuple[DrillCheck, ...]
    method: tuple[DrillStep, ...]
    observations: tuple[DrillCheck, ...]
    repair: tuple[DrillStep, ...]
    recovery: tuple[DrillCheck, ...] = ()
    proof: Proof = field(default_factory=Proof)
    rollback: tuple[DrillStep, ...] = ()
