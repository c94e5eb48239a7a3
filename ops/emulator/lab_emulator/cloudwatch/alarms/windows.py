"""Which stretches of real time an alarm is evaluated on, and when.

CloudWatch evaluates alarms on whole periods that have ended, never on one that is still running:
"For any period of one minute or longer, an alarm is evaluated every minute and the evaluation is
based on the window of time defined by the Period and Evaluation Periods. For example, if the Period
is 5 minutes (300 seconds) and Evaluation Periods is 1, then at the end of minute 5 the alarm
evaluates based on data from minutes 1 to 5. Then at the end of minute 6, the alarm is evaluated
based on the data from minutes 2 to 6. If the alarm period is 10 seconds, 20 seconds, or 30 seconds,
the alarm is evaluated every 10 seconds." And where periods and their number exceed a day, "once per
hour" (user guide, "Alarm evaluation").

So do we, with all of it `speed` times faster.
"""

from lab_emulator.cloudwatch.alarms.missing_data import EXTRA_PERIODS
from lab_emulator.cloudwatch.grid import Grid

# Metrics are collected for a moment before they are stored: a period is looked at when its own have come.
SETTLE_SECONDS = 1.0
# What the store tells apart.
LEAST_STEP_SECONDS = 1.0
_DAY_SECONDS = 86_400


def step_seconds(period_seconds: int, periods: int, speed: float) -> float:
    """The real time between two evaluations. At high speeds no less than a second."""
    return max(_nominal_step(period_seconds, periods) / speed, LEAST_STEP_SECONDS)


def latest_end(now: float, step: float) -> float:
    """The end of the latest window that can be evaluated at `now`, epoch seconds."""
    return (now - SETTLE_SECONDS) // step * step


def evaluation_range(end: float, period_seconds: int, periods: int, speed: float) -> Grid:
    """The periods to look at, the last of which ends at `end`: some more than are needed, for late data."""
    steps = period_seconds / _nominal_step(period_seconds, periods)
    period = steps * step_seconds(period_seconds, periods, speed)
    count = periods + EXTRA_PERIODS
    return Grid(end - count * period, period, count)


def _nominal_step(period_seconds: int, periods: int) -> int:
    if period_seconds * periods > _DAY_SECONDS:
        return 3_600
    return 60 if period_seconds >= 60 else 10
