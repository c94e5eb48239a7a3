"""How fast a job sends."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from functions.common.sqs_message import MAX_BATCH_ENTRIES

Monotonic = Callable[[], float]
"""Seconds that only ever grow."""


@dataclass
class Pace:
    """At most `per_second` letters a second, evenly; as fast as it goes without one.

    A batch is never more than a second's worth, so that a slow job hears of its cancellation within a second.
    """

    per_second: int | None
    now: Monotonic = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _free_at: float = field(default=float("-inf"), init=False)

    @property
    def batch_size(self) -> int:
        return min(MAX_BATCH_ENTRIES, self.per_second or MAX_BATCH_ENTRIES)

    def wait_for(self, letters: int) -> None:
        """Return when so many letters may be sent."""
        if self.per_second is None or not letters:
            return
        now = self.now()
        if now < self._free_at:
            self.sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + letters / self.per_second
