"""Definition of a metric alarm: its configuration, as far as the evaluation needs it, and its threshold."""

import operator
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab_emulator.cloudwatch.alarms.missing_data import Treatment

# By ComparisonOperator: the comparison, and CloudWatch's words for it in a reason.
COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Definition:
    """Queries of an alarm, the periods to look at, and how their values are compared.

    `queries` are MetricDataQueries, `watched` the id of the one whose values count. `m_of_n` says
    whether DatapointsToAlarm was given: CloudWatch words its reasons differently then.
    """

    queries: tuple[Mapping[str, Any], ...]
    watched: str
    period_seconds: int
    periods: int
    datapoints_to_alarm: int
    m_of_n: bool
    treatment: Treatment
    comparison_operator: str
    threshold: float
    statistic: str | None = None
    unit: str | None = None
    least_samples: float = 0  # in an evaluation; below it, the state is kept

    @classmethod
    def of(cls, alarm: Mapping[str, Any]) -> "Definition":
        """Read what PutMetricAlarm took."""
        queries = tuple(alarm.get("Metrics") or [_single_metric(alarm)])
        periods = alarm["EvaluationPeriods"]
        return cls(
            queries=queries,
            watched=watched(queries)["Id"],
            period_seconds=period_of(alarm, queries),
            periods=periods,
            datapoints_to_alarm=alarm.get("DatapointsToAlarm") or periods,
            m_of_n="DatapointsToAlarm" in alarm,
            treatment=alarm.get("TreatMissingData") or _default_treatment(alarm),
            comparison_operator=alarm["ComparisonOperator"],
            threshold=float(alarm["Threshold"]),
            statistic=alarm.get("Statistic") or alarm.get("ExtendedStatistic"),
            unit=alarm.get("Unit"),
            least_samples=_least_samples(alarm),
        )


def watched(queries: tuple[Mapping[str, Any], ...]) -> Mapping[str, Any]:
    """The one query that returns data."""
    return next(query for query in queries if query.get("ReturnData", True))


def period_of(alarm: Mapping[str, Any], queries: tuple[Mapping[str, Any], ...]) -> int:
    """The alarm's period in seconds: with metric math, that of its metrics."""
    if "Period" in alarm:
        return int(alarm["Period"])
    own = watched(queries).get("Period")
    return int(own or max(query["MetricStat"]["Period"] for query in queries if "MetricStat" in query))


def _single_metric(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """The query of an alarm on one metric. Its id is made up, a UUID, as in the events of AWS."""
    metric = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions") if name in alarm}
    stat = {
        "Metric": metric,
        "Period": alarm["Period"],
        "Stat": alarm.get("Statistic") or alarm["ExtendedStatistic"],
    }
    if "Unit" in alarm:
        stat["Unit"] = alarm["Unit"]
    id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, alarm["AlarmArn"]))
    return {"Id": id_, "MetricStat": stat, "ReturnData": True}


def _default_treatment(alarm: Mapping[str, Any]) -> Treatment:
    """`Alarms that evaluate metrics in the AWS/DynamoDB namespace default to ignore` (user guide)."""
    return "ignore" if alarm.get("Namespace") == "AWS/DynamoDB" else "missing"


def _least_samples(alarm: Mapping[str, Any]) -> float:
    """The samples that make a percentile significant, where the alarm asks for that.

    "10/(1-percentile)" from the 50th percentile on, "10/percentile" below (user guide,
    "Percentile-based alarms and low data samples").
    """
    if alarm.get("EvaluateLowSampleCountPercentile") != "ignore":
        return 0
    share = float(alarm["ExtendedStatistic"][1:]) / 100
    return 10 / min(share, 1 - share) if 0 < share < 1 else 0


def breaches(value: float, comparison_operator: str, threshold: float) -> bool:
    """Say whether `value` is on the wrong side of `threshold`."""
    return COMPARISONS[comparison_operator][0](value, threshold)


def in_words(comparison_operator: str) -> str:
    """`greater than`, as in "was greater than the threshold"."""
    return COMPARISONS[comparison_operator][1]
