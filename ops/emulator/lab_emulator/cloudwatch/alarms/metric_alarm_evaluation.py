"""Evaluation of one metric alarm: when it is due, on which windows of real time, and what it finds.

CloudWatch evaluates alarms on whole periods that have ended, never on one that is still running:
"For any period of one minute or longer, an alarm is evaluated every minute and the evaluation is
based on the window of time defined by the Period and Evaluation Periods. For example, if the Period
is 5 minutes (300 seconds) and Evaluation Periods is 1, then at the end of minute 5 the alarm
evaluates based on data from minutes 1 to 5. Then at the end of minute 6, the alarm is evaluated
based on the data from minutes 2 to 6. If the alarm period is 10 seconds, 20 seconds, or 30 seconds,
the alarm is evaluated every 10 seconds." And where periods and their number exceed a day, "once per
hour" (user guide, "Alarm evaluation").

So does this, with all of it `speed` times faster. What missing data points count for, `missing_data` decides.
"""

from dataclasses import dataclass
from typing import Any

from lab_emulator.cloudwatch.alarms import reason
from lab_emulator.cloudwatch.alarms.metric_alarm_definition import Definition, breaches
from lab_emulator.cloudwatch.alarms.missing_data import EXTRA_PERIODS, State, judge
from lab_emulator.cloudwatch.metric_store import MetricStore
from lab_emulator.cloudwatch.period_statistics import Grid, TimeSeries
from lab_emulator.cloudwatch.queries import Queries
from lab_emulator.cloudwatch.refusals import RefusedRequest

# A data point bears the second of its measurement, and what is counted from logs comes some moments later:
# a period is looked at when its own have come.
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


@dataclass(frozen=True)
class AlarmEvaluation:
    """Result of an evaluation: the state that was found, and why."""

    state: State
    reason: str
    reason_data: dict[str, Any]


def evaluate(
    definition: Definition, store: MetricStore, *, old: State, end: float, speed: float, now: float
) -> AlarmEvaluation | None:
    """Evaluate the range that ends at `end`, epoch seconds; None where the alarm keeps its state.

    Raises RefusedRequest where the alarm's queries cannot be evaluated.
    """
    grid = evaluation_range(end, definition.period_seconds, definition.periods, speed)
    found = Queries(store, definition.queries, lambda _period: grid).series(definition.watched)
    if len(found) != 1:
        raise RefusedRequest(f"The alarm's expression yields {len(found)} time series, and not one.")
    [series] = found
    judged = judge(
        [_breaching(definition, series, time) for time in grid.times()],
        periods=definition.periods,
        datapoints_to_alarm=definition.datapoints_to_alarm,
        treatment=definition.treatment,
    )
    if judged.state is None or _too_few_samples(definition, series):
        return None
    return AlarmEvaluation(
        judged.state,
        reason.sentence(definition, judged, series, old),
        reason.data(definition, judged, series, now),
    )


def _breaching(definition: Definition, series: TimeSeries, time: float) -> bool | None:
    if time not in series.values:
        return None
    return breaches(series.values[time], definition.comparison_operator, definition.threshold)


def _too_few_samples(definition: Definition, series: TimeSeries) -> bool:
    """Say whether a percentile has too few samples. Having none is for `missing_data` to decide."""
    samples = sum(series.sample_counts.values())
    return 0 < samples < definition.least_samples
