"""Validation of alarms: what is refused when one is put, set or deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from lab_emulator.cloudwatch.alarms.composite_rule import alarm_name, parse_rule
from lab_emulator.cloudwatch.alarms.metric_alarm_definition import COMPARISONS
from lab_emulator.cloudwatch.expressions.parser import calls, parse
from lab_emulator.cloudwatch.period_statistics import percent_of
from lab_emulator.cloudwatch.queries import check as check_queries
from lab_emulator.cloudwatch.refusals import (
    InvalidParameterCombination,
    InvalidParameterValue,
    RefusedRequest,
)

_STATISTICS = ("Maximum", "SampleCount", "Sum", "Minimum", "Average")
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_STATES = ("INSUFFICIENT_DATA", "ALARM", "OK")
# Valid periods are "10, 20, 30, and any multiple of 60" (API reference, PutMetricAlarm).
_SHORT_PERIODS = (10, 20, 30)
_ONLY_FOR_ONE_METRIC = (
    "MetricName",
    "Namespace",
    "Period",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Unit",
)

Request = Mapping[str, Any]


def check_metric_alarm(request: Request) -> None:
    """Refuse what AWS refuses in a PutMetricAlarm, and what this CloudWatch cannot evaluate."""
    operator = request["ComparisonOperator"]
    if operator not in COMPARISONS or "Threshold" not in request:
        raise RefusedRequest(f"{operator}: anomaly detection is not offered here, only a static Threshold.")
    _one_of("TreatMissingData", request.get("TreatMissingData", "missing"), _TREATMENTS)
    _one_of(
        "EvaluateLowSampleCountPercentile",
        request.get("EvaluateLowSampleCountPercentile", "evaluate"),
        ("evaluate", "ignore"),
    )
    periods = request["EvaluationPeriods"]
    if not 1 <= (request.get("DatapointsToAlarm") or periods) <= periods:
        raise RefusedRequest("DatapointsToAlarm must be from 1 to EvaluationPeriods.")
    if "Metrics" in request:
        _check_queries(request)
    else:
        _check_single_metric(request)


def check_composite_alarm(request: Request, rules: Mapping[str, str | None]) -> None:
    """Refuse a rule that cannot be parsed, asks for alarms that are not there, or in the end for itself.

    `rules` has every alarm's name and, for composite ones, its rule. AWS takes a cycle, and then
    evaluates nothing in it. Suppressed actions are not offered.
    """
    if request.get("ActionsSuppressor"):
        raise RefusedRequest("ActionsSuppressor is not offered here.")
    children = _children(request["AlarmRule"])
    if missing := sorted(children - rules.keys()):
        raise RefusedRequest(
            f"Could not save the composite alarm as alarms [{', '.join(missing)}] "
            "in the alarm rule do not exist."
        )
    if request["AlarmName"] in _descendants(children, rules):
        raise RefusedRequest("Could not save the composite alarm as its alarm rule leads back to it.")


def check_deletion(names: set[str], rules: Mapping[str, str | None]) -> None:
    """Refuse to delete what a composite alarm that stays depends on."""
    for name, rule in rules.items():
        if rule and name not in names and (needed := sorted(_children(rule) & names)):
            raise RefusedRequest(
                f"Cannot delete {needed[0]} as there are composite alarm(s) depending on it."
            )


def check_state(state: str) -> None:
    if state not in _STATES:
        raise RefusedRequest(
            f"1 validation error detected: Value '{state}' at 'stateValue' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(_STATES)}]"
        )


def _check_single_metric(request: Request) -> None:
    if missing := [name for name in ("MetricName", "Namespace", "Period") if name not in request]:
        raise RefusedRequest(f"The parameter {missing[0]} is required for an alarm on one metric.")
    _check_period(request["Period"])
    plain, extended = request.get("Statistic"), request.get("ExtendedStatistic")
    if (plain is None) == (extended is None):
        raise InvalidParameterCombination("Exactly one of Statistic and ExtendedStatistic must be set.")
    if plain is not None and plain not in _STATISTICS:
        raise RefusedRequest(
            f"Value '{plain}' at 'statistic' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(_STATISTICS)}]"
        )
    if extended is not None and percent_of(extended) is None:
        raise InvalidParameterValue(f"The value {extended} for parameter ExtendedStatistic is not supported.")


def _check_queries(request: Request) -> None:
    if clashing := [name for name in _ONLY_FOR_ONE_METRIC if name in request]:
        raise InvalidParameterCombination(f"Metrics list and {clashing[0]} must not both be set.")
    queries: Sequence[Mapping[str, Any]] = request["Metrics"]
    if sum(query.get("ReturnData", True) for query in queries) != 1:
        raise RefusedRequest("Exactly one element of the metrics list should return data.")
    periods = {query["MetricStat"]["Period"] for query in queries if "MetricStat" in query}
    if len(periods) != 1:
        raise RefusedRequest("The metrics of an alarm must have one period, the same for all.")
    _check_period(next(iter(periods)))
    check_queries(queries)
    watched = next(query for query in queries if query.get("ReturnData", True))
    called = {call.function for call in calls(parse(watched.get("Expression", "0")))}
    if "SEARCH" in called:
        raise RefusedRequest("SEARCH is not supported on Metric Alarms.")


def _check_period(seconds: int) -> None:
    if seconds not in _SHORT_PERIODS and (seconds <= 0 or seconds % 60):
        raise RefusedRequest("Period must be 10, 20, 30 or a multiple of 60")


def _one_of(parameter: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise RefusedRequest(
            f"The value {value} is not supported for {parameter} parameter. "
            f"Supported values are [{', '.join(allowed)}]."
        )


def _children(rule: str) -> set[str]:
    return {alarm_name(reference) for reference in parse_rule(rule).alarms}


def _descendants(names: set[str], rules: Mapping[str, str | None]) -> set[str]:
    found: set[str] = set()
    left = set(names)
    while left:
        name = left.pop()
        found.add(name)
        left |= _children(rules.get(name) or "FALSE") - found
    return found
