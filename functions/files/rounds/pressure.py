"""Pressure, the wait that each file gets in addition because those before it met errors or slow answers.

As in TCP congestion control (AIMD: the pace increases by addition and decreases by multiplication), the wait
doubles after a bad round and falls by one second after a good one: fast to spare a downstream that suffers,
slow to load it again. It falls by one for each idle minute too: what was learned of a downstream grows old.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.files.rounds.control_table import ControlTable
from functions.files.rounds.health import Health

PRESSURE = "pressure"  # the item in the control table
_SECONDS_TO_FADE = 60


@dataclass(frozen=True)
class PressureLimits:
    """What a healthy round keeps within, and the longest wait that an unhealthy one may bring."""

    error_rate: float
    """Share of errors above which the downstream suffers, 0 to 1."""
    latency_milliseconds: int
    """Mean latency of its calls above which it does."""
    max_level: int
    """Seconds."""

    def exceeded_by(self, health: Health) -> bool:
        return health.error_rate > self.error_rate or health.latency_milliseconds > self.latency_milliseconds


def next_level(level: int, health: Health, limits: PressureLimits) -> int:
    """Seconds that the next round's files wait in addition."""
    if limits.exceeded_by(health):
        return min(limits.max_level, max(1, 2 * level))
    return max(0, level - 1)


def read_level(table: ControlTable, limits: PressureLimits, now: float) -> int:
    """The level in force `now` (epoch seconds), within its limits whatever the item says."""
    item = table.read(PRESSURE)
    level = item.get("level")
    if not isinstance(level, int):
        return 0
    return max(0, min(level, limits.max_level) - _minutes_since(item.get("updatedAt"), now))


def _minutes_since(moment: Any, now: float) -> int:
    """Whole minutes; none since a moment that cannot be read, or that lies ahead."""
    try:
        then = datetime.fromisoformat(moment).timestamp()
    except (TypeError, ValueError):
        return 0
    return max(0, int((now - then) // _SECONDS_TO_FADE))
