"""What the pipeline accepted during a drill: that for which the proof must account."""

import threading
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """A key that was taken: by the API, with 202, or by S3. Times are seconds since the epoch."""

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
        self.add(Accepted(key, sent_at, accepted_at))

    def add(self, entry: Accepted) -> None:
        """Note an entry of a pipeline that knows more of what it accepted."""
        with self._lock:
            self._accepted.append(entry)

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
