"""Scene of a drill: the target as actions and probes see it, and the ledger of what the pipeline accepted."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from ops.lab.app.target import Target


@dataclass(frozen=True)
class Accepted:
    """A key that was taken: by the API, with 202, or by S3. Times are seconds since the epoch."""

    key: str
    sent_at: float
    accepted_at: float


class DrillLedger:
    """What the pipeline accepted during a drill: that for which the proof must account.

    Written by the load's threads; a request that was not answered with 202 is counted by its status.
    """

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


@dataclass(frozen=True)
class Scene:
    """Where a drill takes place. `started_at` is in seconds since the epoch; `patience` stretches every
    `within_seconds`."""

    target: Target
    started_at: float
    patience: float = 1.0
    ledger: DrillLedger = field(default_factory=DrillLedger)

    @property
    def on_aws(self) -> bool:
        return self.target.endpoint is None
