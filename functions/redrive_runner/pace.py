"""Pace of a redrive: how fast a job sends, and how long a message waits before the worker sees it again."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from functions.common.backoff import doubled_seconds
from functions.common.sqs_message import MAX_BATCH_ENTRIES
from functions.redrive.parameters import MAX_DELAY_SECONDS

Monotonic = Callable[[], float]
"""Seconds that only ever grow."""

RandomInteger = Callable[[int, int], int]
"""An integer between two bounds, both included."""

# A batch waits for four calls in a row. Forty letters of 1 MB take 200 MB with their copies on the wire: less
# than half of the function's memory.
MAX_BATCHES_AT_ONCE = 4

_BASE_SECONDS = 10
_CAP_SECONDS = 300


@dataclass
class Pace:
    """At most `per_second` letters a second, evenly; as fast as it goes without one.

    A batch is never more than a second's worth, so that a slow job hears of its cancellation within a second.
    Without a rate a round begins with one batch and grows to `MAX_BATCHES_AT_ONCE`: a job of a few letters
    makes no call more than it needs.
    """

    per_second: int | None
    now: Monotonic = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    batches_at_once: int = field(default=1, init=False)
    _free_at: float = field(default=float("-inf"), init=False)

    @property
    def batch_size(self) -> int:
        return min(MAX_BATCH_ENTRIES, self.per_second or MAX_BATCH_ENTRIES)

    def quicken(self) -> None:
        """Let the next round have twice as many batches: all of this one were taken."""
        if self.per_second is None:
            self.batches_at_once = min(2 * self.batches_at_once, MAX_BATCHES_AT_ONCE)

    def wait_for(self, letters: int) -> None:
        """Return when so many letters may be sent."""
        if self.per_second is None or not letters:
            return
        now = self.now()
        if now < self._free_at:
            self.sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + letters / self.per_second


def ceiling_seconds(redrive_count: int, jitter_seconds: int) -> int:
    """The longest delay: the spread that was asked for, and a backoff that doubles with each earlier redrive.

    `jitter_seconds` is the operator's `perMessageDelayJitter`. The first redrive adds nothing to it, the
    second 10 s, the third 20 s, and so on up to 300 s; SQS takes 900 s at most.
    """
    backoff = doubled_seconds(_BASE_SECONDS, redrive_count, _CAP_SECONDS) if redrive_count else 0
    return min(MAX_DELAY_SECONDS, jitter_seconds + backoff)


def delay_seconds(
    redrive_count: int, jitter_seconds: int, random_integer: RandomInteger = random.randint
) -> int:
    """Full jitter: anything from 0 to the ceiling, so that what failed together does not return together.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random_integer(0, ceiling_seconds(redrive_count, jitter_seconds))
