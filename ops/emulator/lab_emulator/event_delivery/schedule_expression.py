"""When a scheduled rule fires next: `rate(…)` and `cron(…)`."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from crontab import CronTab

UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.+)\)")

# From one moment to the next, both in seconds since the epoch.
Timing = Callable[[float], float]


class InvalidSchedule(ValueError):
    """An expression that AWS, or the library that reads it here, does not know."""


@lru_cache(256)
def timing_of(expression: str) -> Timing:
    """Read an expression. Raises InvalidSchedule."""
    if rate := _RATE.fullmatch(expression.strip()):
        period_seconds = int(rate[1]) * UNIT_SECONDS[rate[2]]
        return lambda moment: moment + period_seconds
    if cron := _CRON.fullmatch(expression.strip()):
        return _cron(cron[1].split())
    raise InvalidSchedule(f"{expression!r} is neither rate(…) nor cron(…)")


def _cron(fields: list[str]) -> Timing:
    """Count days of the week as the library does: AWS's Sunday is 1, its is 0."""
    try:
        minute, hour, day, month, weekday, year = fields
        weekday = re.sub(r"\d+", lambda number: str(int(number[0]) - 1), weekday)
        table = CronTab(" ".join((minute, hour, day, month, weekday, year)))
    except ValueError as error:
        raise InvalidSchedule(f"cron({' '.join(fields)}): {error}") from error

    def following(moment: float) -> float:
        seconds = table.next(now=datetime.fromtimestamp(moment, UTC).replace(tzinfo=None), default_utc=True)
        return float("inf") if seconds is None else moment + seconds

    return following
