"""Period of time such as `5m`, and what bin, datefloor and dateceil round to by it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY
# The epoch was a Thursday; weeks begin on Monday (ISO 8601: the user guide does not say when).
_FIRST_MONDAY = 4 * _DAY
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LENGTHS = {
    "millisecond": 1,
    "second": _SECOND,
    "minute": _MINUTE,
    "hour": _HOUR,
    "day": _DAY,
    "week": _WEEK,
}
# "The cap for ms is 1000, the caps for s and m are 60, and the cap for h is 24" (user guide, datetime).
_CAPS = {"millisecond": 1000, "second": 60, "minute": 60, "hour": 24}
# All but those of one character may end in s.
_UNITS = {
    "ms": "millisecond",
    "msec": "millisecond",
    "s": "second",
    "sec": "second",
    "m": "minute",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "mon": "month",
    "q": "quarter",
    "qtr": "quarter",
    "y": "year",
    "yr": "year",
}

Rounding = Callable[[int], int]
"""From milliseconds since the epoch to milliseconds since the epoch."""


@dataclass(frozen=True)
class Period:
    """So many units; a longer one than its unit's cap is as long as the cap."""

    count: int
    unit: str

    @classmethod
    def of(cls, count: int, written: str) -> "Period":
        """Of a number and a unit as the language writes it: m, min, mins, minute, minutes.

        Raises ValueError for a period of no length, and for a unit that is none.
        """
        unit = _UNITS.get(written) or _UNITS.get(written.removesuffix("s")) or written.removesuffix("s")
        if unit not in _LENGTHS and unit not in _MONTHS:
            raise ValueError(f"{written} is no unit of time")
        if count < 1:
            raise ValueError("a period is longer than nothing")
        return cls(min(count, _CAPS.get(unit, count)), unit)

    def floor(self) -> Rounding:
        """Down to the last beginning of such a period."""
        if self.unit in _MONTHS:
            return lambda milliseconds: self._month_begin(milliseconds, 0)
        length = self.count * _LENGTHS[self.unit]
        offset = _FIRST_MONDAY if self.unit == "week" else 0
        return lambda milliseconds: milliseconds - (milliseconds - offset) % length

    def ceil(self) -> Rounding:
        """Up to the next one, unless the moment is one."""
        if self.unit in _MONTHS:
            return self._month_ceil
        length = self.count * _LENGTHS[self.unit]
        offset = _FIRST_MONDAY if self.unit == "week" else 0
        return lambda milliseconds: milliseconds + (offset - milliseconds) % length

    def _month_ceil(self, milliseconds: int) -> int:
        begin = self._month_begin(milliseconds, 0)
        return begin if begin == milliseconds else self._month_begin(milliseconds, 1)

    def _month_begin(self, milliseconds: int, later: int) -> int:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
        length = self.count * _MONTHS[self.unit]
        months = ((at.year * 12 + at.month - 1) // length + later) * length
        if not 12 <= months < 10_000 * 12:  # a period longer than the years that there are
            return milliseconds
        begin = datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
        return int(begin.timestamp()) * 1000
