"""What drills have to know of the pipeline that they break."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ops.lab.app import queue_depth
from ops.lab.app.target import Target
from ops.lab.drills.proof import Accounting
from ops.lab.drills.scene import Scene
from ops.lab.probes import alarms

Values = dict[str, float | None]


@dataclass(frozen=True)
class Chart:
    """One plot of the report. `series` are the names of samples, and what the legend calls them.

    `joined` draws a line across gaps: for what has a value only now and then.
    """

    title: str
    series: Mapping[str, str]
    low: bool = False
    joined: bool = False


class Pipeline(ABC):
    """One of the app's pipelines: what is sampled while a drill runs, counted after it, cleaned up at last.

    `queue`, `dlq` and `topic` are stack outputs. `retry_seconds` is how long a message needs to reach the
    DLQ in the settings of the scenarios, which the times of the drills are meant for.
    """

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
    def counts(self, target: Target, since: float) -> Values:
        """What is read every few samples: what was counted since the drill began (epoch seconds)."""

    @abstractmethod
    def account(self, scene: Scene) -> Accounting:
        """Count what became of everything in the scene's ledger."""

    @abstractmethod
    def headline(self, proof: Mapping[str, int], accepted: int) -> list[tuple[int, str]]:
        """The numbers at the top of the report; `proof` is empty where it did not come to one."""

    @abstractmethod
    def delete_dead_letters(self, scene: Scene) -> int:
        """Delete what this drill left in the DLQ, and return how much that was."""

    def depths(self, target: Target) -> Values:
        """What is read with every sample."""
        main, dlq = self.in_queue(target), self.in_dlq(target)
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
