"""Turns of two contenders: each run of the one beside the run of the other that came next to it.

A machine drifts within minutes by more than what is looked for, so only neighbours are compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from ops.lab.bench.load_run import LoadRun

# What is compared, by the name of its ratio.
MEASURES: dict[str, Callable[[LoadRun], float]] = {
    "events_per_second": lambda run: run.events_per_second,
    "post_p50_ms": lambda run: run.post.p50,
    "post_p95_ms": lambda run: run.post.p95,
    "post_p99_ms": lambda run: run.post.p99,
    "machine_cpu_ms_per_event": lambda run: run.cpu.machine,
}


@dataclass(frozen=True)
class TurnRatios:
    """The first contender's measure divided by the second's, pair by pair, with so many clients."""

    clients: int
    measure: str
    ratios: tuple[float, ...]

    @property
    def median(self) -> float:
        return round(median(self.ratios), 3)

    def as_document(self) -> dict[str, Any]:
        return {
            "clients": self.clients,
            "measure": self.measure,
            "ratios": list(self.ratios),
            "median": self.median,
        }


def ratios(runs: Sequence[LoadRun], first: str, second: str) -> list[TurnRatios]:
    """For each number of clients and each measure. A run without its pair is left out."""
    found = []
    for clients in dict.fromkeys(run.clients for run in runs):
        pairs = list(
            zip(
                [run for run in runs if run.clients == clients and run.contender == first],
                [run for run in runs if run.clients == clients and run.contender == second],
                strict=False,
            )
        )
        for name, measure in MEASURES.items():
            values = tuple(round(measure(one) / measure(other), 3) for one, other in pairs if measure(other))
            if values:
                found.append(TurnRatios(clients, name, values))
    return found
