"""How many calls the API gets at once: as many as it bears.

Additive increase, multiplicative decrease, as TCP shares a line (RFC 5681). Each call that goes well raises
the limit by 1 / limit, so by about one for each round of calls. A call that fails, or latency that has
doubled, halves it, once for the calls under way: they all tell of the same jam. The limit outlives the file,
since an API that was jammed a second ago still is.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# The mean of the last few calls, and what latency has been lately: the latter follows slowly, so that a jam
# stands out, and an API that has become slower for good is accepted in time.
_NEW_WEIGHT = 1 / 8
_SLOW_WEIGHT = 1 / 64
_JAM_FACTOR = 2
# Below this, latency is the threads' own doing, and says nothing of the API.
_LEAST_LATENCY_SECONDS = 0.002


@dataclass
class Throughput:
    """The limit moves between 1 and `most`. For calls from several threads."""

    most: int
    _limit: float = field(init=False)
    _under_way: int = field(default=0, init=False)
    _calls_to_ignore: int = field(default=0, init=False)
    _recent_seconds: float | None = field(default=None, init=False)
    _usual_seconds: float = field(default=0.0, init=False)
    _free: threading.Condition = field(default_factory=threading.Condition, init=False)

    def __post_init__(self) -> None:
        self._limit = float(self.most)

    @property
    def limit(self) -> int:
        """Calls at once."""
        return int(self._limit)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait until one more call may go out; it ends with the block."""
        with self._free:
            self._free.wait_for(lambda: self._under_way < self.limit)
            self._under_way += 1
        try:
            yield
        finally:
            with self._free:
                self._under_way -= 1
                self._free.notify()

    def heed(self, seconds: float, *, failed: bool) -> None:
        """Learn from a call that took so long."""
        with self._free:
            is_jam = self._is_slow(seconds) or failed
            self._calls_to_ignore = max(0, self._calls_to_ignore - 1)
            if not is_jam:
                self._limit = min(float(self.most), self._limit + 1 / self._limit)
            elif not self._calls_to_ignore:
                self._calls_to_ignore = self.limit
                self._limit = max(1.0, self._limit / 2)
            self._free.notify()

    def _is_slow(self, seconds: float) -> bool:
        if self._recent_seconds is None:
            self._recent_seconds = self._usual_seconds = seconds
        self._recent_seconds += (seconds - self._recent_seconds) * _NEW_WEIGHT
        distance = self._recent_seconds - self._usual_seconds
        self._usual_seconds += distance if distance < 0 else distance * _SLOW_WEIGHT
        return self._recent_seconds > max(_LEAST_LATENCY_SECONDS, _JAM_FACTOR * self._usual_seconds)
