"""What the API accepted during a drill: the keys that the proof must account for."""

import threading
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """A key that was answered with 202. Times are seconds since the epoch."""

    key: str
    sent_at: float
    accepted_at: float


class Ledger:
    """Written by the load's threads; a request that was not answered with 202 is counted by its status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accepted: list[Accepted] = []
        self._refused: Counter[int] = Counter()

    def accept(self, key: str, sent_at: float, accepted_at: float) -> None:
        with self._lock:
            self._accepted.append(Accepted(key, sent_at, accepted_at))

    def refuse(self, status: int) -> None:
        """`status` 0 means that no answer came."""
        with self._lock:
            self._refused[status] += 1

    @property
    def accepted(self) -> list[Accepted]:
        with self._lock:
            return list(self._accepted)

    @property
    def keys(self) -> list[str]:
        """Each accepted key once, in the order of acceptance."""
        return list(dict.fromkeys(entry.key for entry in self.accepted))

    @property
    def refused(self) -> dict[int, int]:
        """How often each other status was answered."""
        with self._lock:
            return dict(self._refused)
