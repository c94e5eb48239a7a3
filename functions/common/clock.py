"""Clock and deadline: logic takes a `Clock`, so that tests set the time instead of waiting for it.

A `Deadline` is the end of an invocation, seen from inside it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Answers the time in seconds since the epoch."""

system_clock: Clock = time.time

_RESERVE_SHARE = 0.2


def iso8601(epoch_seconds: float) -> str:
    """UTC with milliseconds, e.g. `2026-11-21T10:00:00.000Z`: sorts as text, and people can read it."""
    moment = datetime.fromtimestamp(epoch_seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def elapsed_ms(started: float, now: float) -> float:
    """Milliseconds between two readings of a `Clock`, rounded for the log."""
    return round((now - started) * 1000, 1)


def milliseconds(epoch_seconds: float) -> int:
    """A reading of a `Clock` in whole milliseconds since the epoch."""
    return round(epoch_seconds * 1000)


class Deadline:
    """How much of the invocation's time remains, and whether to begin another piece of work.

    A fifth of the time at hand at the start is kept in reserve. A share rather than a number of seconds,
    because the timeout is a setting: 5 s of reserve would leave a function with a 5 s timeout nothing.
    """

    def __init__(self, remaining_ms: Callable[[], int]) -> None:
        """`remaining_ms` is the Lambda context's `get_remaining_time_in_millis`."""
        self._remaining_ms = remaining_ms
        self._reserve_ms = remaining_ms() * _RESERVE_SHARE

    def remaining_seconds(self) -> float:
        """Seconds until Lambda ends the invocation by force."""
        return self._remaining_ms() / 1000

    def spare_seconds(self) -> float:
        """Seconds until only the reserve is left; below 0 once it is touched."""
        return (self._remaining_ms() - self._reserve_ms) / 1000

    def is_near(self) -> bool:
        """Whether only the reserve is left: finish and report, begin nothing."""
        return self.spare_seconds() <= 0
