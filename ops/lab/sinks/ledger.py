"""Ledger of a sink: what it received, and what was wrong with it."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# A log event is about 1 kB: so much is remembered that no scenario of the lab exceeds it, and not more.
_REMEMBERED = 20_000


@dataclass(frozen=True)
class SinkFinding:
    """One mail, log event or metric line, or a refused request. `problem` is empty where it was valid."""

    document: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True)
class Arrival:
    """A finding in the order of arrival: `number` begins at 1, `at` is in seconds of the epoch."""

    number: int
    at: float
    problem: str
    document: dict[str, Any]

    @property
    def valid(self) -> bool:
        return not self.problem


@dataclass
class ArrivalCounts:
    """How many findings were valid or invalid, and how many requests a failure met before they were read."""

    valid: int = 0
    invalid: int = 0
    failed: int = 0


class SinkLedger:
    """The newest arrivals and the counts of all, written by server threads and read by others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrivals: deque[Arrival] = deque(maxlen=_REMEMBERED)
        self._counts = ArrivalCounts()

    def add(self, findings: Iterable[SinkFinding]) -> None:
        with self._lock:
            for finding in findings:
                if finding.problem:
                    self._counts.invalid += 1
                else:
                    self._counts.valid += 1
                number = self._counts.valid + self._counts.invalid
                self._arrivals.append(Arrival(number, time.time(), finding.problem, finding.document))

    def add_failed(self) -> None:
        """Count a request that the sink, told to fail, did not look into."""
        with self._lock:
            self._counts.failed += 1

    def counts(self) -> ArrivalCounts:
        with self._lock:
            return ArrivalCounts(self._counts.valid, self._counts.invalid, self._counts.failed)

    def arrivals(self, after: int = 0) -> list[Arrival]:
        """The remembered arrivals whose number is greater than `after`, oldest first."""
        with self._lock:
            return [arrival for arrival in self._arrivals if arrival.number > after]

    def forget(self) -> None:
        """Begin anew: no arrival is remembered, and the next is number 1."""
        with self._lock:
            self._arrivals.clear()
            self._counts = ArrivalCounts()
