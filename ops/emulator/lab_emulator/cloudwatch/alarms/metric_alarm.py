"""The evaluation of one metric alarm."""

from dataclasses import dataclass
from typing import Any

from lab_emulator.cloudwatch.alarms import reason
from lab_emulator.cloudwatch.alarms.definition import Definition
from lab_emulator.cloudwatch.alarms.missing_data import State, judge
from lab_emulator.cloudwatch.alarms.threshold import breaches
from lab_emulator.cloudwatch.alarms.windows import evaluation_range
from lab_emulator.cloudwatch.errors import InvalidRequest
from lab_emulator.cloudwatch.grid import TimeSeries
from lab_emulator.cloudwatch.metric_store import MetricStore
from lab_emulator.cloudwatch.queries import Queries


@dataclass(frozen=True)
class Outcome:
    """The state that an evaluation found, and why."""

    state: State
    reason: str
    reason_data: dict[str, Any]


def evaluate(
    definition: Definition, store: MetricStore, *, old: State, end: float, speed: float, now: float
) -> Outcome | None:
    """Evaluate the range that ends at `end`, epoch seconds; None where the alarm keeps its state.

    Raises InvalidRequest where the alarm's queries cannot be evaluated.
    """
    grid = evaluation_range(end, definition.period_seconds, definition.periods, speed)
    found = Queries(store, definition.queries, lambda _period: grid).series(definition.watched)
    if len(found) != 1:
        raise InvalidRequest(f"The alarm's expression yields {len(found)} time series, and not one.")
    [series] = found
    verdict = judge(
        [_breaching(definition, series, time) for time in grid.times()],
        periods=definition.periods,
        datapoints_to_alarm=definition.datapoints_to_alarm,
        treatment=definition.treatment,
    )
    if verdict.state is None or _too_few_samples(definition, series):
        return None
    return Outcome(
        verdict.state,
        reason.sentence(definition, verdict, series, old),
        reason.data(definition, verdict, series, now),
    )


def _breaching(definition: Definition, series: TimeSeries, time: float) -> bool | None:
    if time not in series.values:
        return None
    return breaches(series.values[time], definition.comparison_operator, definition.threshold)


def _too_few_samples(definition: Definition, series: TimeSeries) -> bool:
    """Whether a percentile would be evaluated on too few samples. Silence is for missing data to treat."""
    samples = sum(series.sample_counts.values())
    return 0 < samples < definition.least_samples
