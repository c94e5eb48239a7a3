"""Span of time that a page shows, up to now, and how finely."""

from dataclasses import dataclass

from ops.lab.errors import Refused

# AWS keeps service metrics by the minute; the emulator has each second for an hour, and minutes for a day.
_AWS_PERIOD = 60
_AWS_REFRESH = 60.0


@dataclass(frozen=True)
class TimeSpan:
    """`seconds` long, in `period` seconds each, so that no chart has more than some 400 points.

    `refresh` is after how many seconds it is worth reading again.
    """

    name: str
    words: str
    seconds: int
    period: int
    refresh: float

    def on(self, *, aws: bool) -> "TimeSpan":
        """The span as the target can tell it."""
        if not aws:
            return self
        return TimeSpan(self.name, self.words, self.seconds, max(self.period, _AWS_PERIOD), _AWS_REFRESH)

    def begin(self, now: float) -> float:
        """Where it begins, at a whole period (epoch seconds)."""
        return (now - self.seconds) // self.period * self.period


SPANS = (
    TimeSpan("5m", "5 min", 300, 1, 1.0),
    TimeSpan("15m", "15 min", 900, 5, 5.0),
    TimeSpan("1h", "1 h", 3_600, 10, 5.0),
    TimeSpan("3h", "3 h", 10_800, 60, 5.0),
    TimeSpan("12h", "12 h", 43_200, 120, 15.0),
    TimeSpan("24h", "24 h", 86_400, 300, 15.0),
)
DEFAULT_SPAN = "15m"


def span_named(name: str) -> TimeSpan:
    """The span of that name. Raises Refused, with those that there are."""
    for span in SPANS:
        if span.name == name:
            return span
    raise Refused(
        f"there is no span {name!r}", hint=f"choose one of {', '.join(each.name for each in SPANS)}"
    )
