"""Missing data of an alarm: which state follows from its data points, and from the lack of them.

The rules and the examples in the tests are those of the CloudWatch user guide, "Configuring how
CloudWatch alarms treat missing data".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Treatment = Literal["missing", "ignore", "breaching", "notBreaching"]
State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

# "CloudWatch attempts to retrieve a higher number of data points than the number specified as
# Evaluation Periods": how many more, it does not say; its examples have 5 for 3.
EXTRA_PERIODS = 2


@dataclass(frozen=True)
class JudgedRange:
    """State that follows from an evaluation range; None where the alarm keeps the one it has.

    `used` are the positions of the real data points that were evaluated, oldest first; `filled` is
    how many missing ones were counted as the treatment says.
    """

    state: State | None
    used: tuple[int, ...]
    filled: int


def judge(
    breaching: Sequence[bool | None], *, periods: int, datapoints_to_alarm: int, treatment: Treatment
) -> JudgedRange:
    """Judge the evaluation range, oldest period first: breaching, not breaching, or missing (None)."""
    real = [index for index, point in enumerate(breaching) if point is not None]
    if len(real) >= periods:
        used = tuple(real[-periods:])
        over = sum(breaching[index] is True for index in used) >= datapoints_to_alarm
        return JudgedRange("ALARM" if over else "OK", used, 0)
    state = _fill(breaching, periods, datapoints_to_alarm, treatment)
    return JudgedRange(state, tuple(real), periods - len(real))


def _fill(
    breaching: Sequence[bool | None], periods: int, datapoints_to_alarm: int, treatment: Treatment
) -> State | None:
    """Judge a range with too few data points. Missing ones are used as few times as possible."""
    count = sum(point is True for point in breaching)
    if treatment == "breaching":
        count += periods - sum(point is not None for point in breaching)
    if count >= datapoints_to_alarm:
        return "ALARM"
    if treatment in {"breaching", "notBreaching"}:
        return "OK"
    if all(point is None for point in breaching):
        return None if treatment == "ignore" else "INSUFFICIENT_DATA"
    if False not in breaching:
        return _premature(breaching, datapoints_to_alarm, treatment)
    return "OK"


def _premature(
    breaching: Sequence[bool | None], datapoints_to_alarm: int, treatment: Treatment
) -> State | None:
    """Judge a range with fewer breaching points than it takes, and nothing that contradicts them.

    "Avoiding premature transitions to alarm state": the alarm waits for the next points, until the
    oldest breaching one is at least as old as Datapoints to Alarm.
    """
    if treatment == "ignore":
        return None
    age = len(breaching) - breaching.index(True)
    return "ALARM" if age >= datapoints_to_alarm else "OK"
