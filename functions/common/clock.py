"""Time, injected: logic takes a `Clock`, so that tests set the time instead of waiting for it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Answers the time in seconds since the epoch."""

system_clock: Clock = time.time


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
