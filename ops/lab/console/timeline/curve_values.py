"""Values of a curve at equal steps of time, and what they say in a sentence."""

from collections.abc import Mapping, Sequence
from datetime import datetime

Values = Sequence[float | None]


def steps(begin: float, now: float, period: int) -> list[int]:
    """The beginnings of the periods from `begin` until now (epoch seconds)."""
    return list(range(int(begin), int(now) + 1, period))


def values_at(
    times: Sequence[int], points: Mapping[float, float], *, zero_until: float | None
) -> list[float | None]:
    """The value at each time; None where there is none.

    Until `zero_until` a count without a value is 0, and after it unknown: it may still come, and the period
    is not over.
    """
    if zero_until is None:
        return [points.get(at) for at in times]
    return [points.get(at, 0.0) if at <= zero_until else None for at in times]


def in_words(label: str, times: Sequence[int], values: Values, *, counts: bool, unit: str = "") -> str:
    """Its greatest value and when; its last value, or the sum of what is counted. Empty without any value."""
    known = [(at, value) for at, value in zip(times, values, strict=True) if value is not None]
    if not known:
        return ""
    unit = f" {unit}" if unit else ""
    when, most = max(known, key=lambda pair: pair[1])
    if most == 0 and min(value for _, value in known) == 0:
        return f"{label}: 0"
    if counts:
        total = sum(value for _, value in known)
        return f"{label}: {_short(total)} in all, most at {_clock(when)}"
    last = next(reversed(values))
    ends = "no value now" if last is None else f"{_short(last)}{unit} now"
    return f"{label}: at most {_short(most)}{unit} at {_clock(when)}, {ends}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%H:%M:%S")
