"""Evaluation of a metric alarm on stored data, and the sentence that goes with its result."""

from typing import Any

import pytest

from lab_emulator.cloudwatch.alarms.metric_alarm_definition import Definition
from lab_emulator.cloudwatch.alarms.metric_alarm_evaluation import AlarmEvaluation, evaluate
from lab_emulator.cloudwatch.alarms.missing_data import State
from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.period_statistics import Distribution

END = 1_800_000_000  # 2027-01-15 08:00 UTC
KEY = MetricKey("N", "m", ())
ALARM: dict[str, Any] = {
    "AlarmName": "a",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a",
    "Namespace": "N",
    "MetricName": "m",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 2,
    "ComparisonOperator": "GreaterThanThreshold",
}


def store_of(*periods: list[float], seconds: float = 60) -> MetricStore:
    """Values by period, the last of which ends at END; an empty period has no data."""
    store = MetricStore()
    for index, values in enumerate(periods):
        start = END - seconds * (len(periods) - index)
        for value in values:
            store.record(KEY, start + 0.5 * seconds, "None", Distribution({value: 1}), now=END)
    return store


def outcome_of(
    store: MetricStore, old: State = "OK", speed: float = 1, **changed: Any
) -> AlarmEvaluation | None:
    definition = Definition.of(ALARM | changed)
    return evaluate(definition, store, old=old, end=END, speed=speed, now=END + 2)


@pytest.mark.parametrize(
    ("operator", "values", "state"),
    [
        ("GreaterThanThreshold", [2], "OK"),
        ("GreaterThanThreshold", [1, 2], "ALARM"),
        ("GreaterThanOrEqualToThreshold", [2], "ALARM"),
        ("LessThanThreshold", [2], "OK"),
        ("LessThanThreshold", [1], "ALARM"),
        ("LessThanOrEqualToThreshold", [2], "ALARM"),
    ],
)
def test_each_comparison_is_made(operator: str, values: list[float], state: State) -> None:
    outcome = outcome_of(store_of(values), ComparisonOperator=operator)
    assert outcome is not None
    assert outcome.state == state


def test_a_compressed_clock_looks_at_shorter_windows() -> None:
    store = store_of([3], [0], seconds=3)
    assert outcome_of(store, speed=20).state == "OK"  # type: ignore[union-attr]
    assert outcome_of(store, speed=1).state == "ALARM"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("periods", "changed", "reason"),
    [
        (
            [[3]],
            {},
            "Threshold Crossed: 1 datapoint [3.0 (15/01/27 07:59:00)] was greater than the threshold (2.0).",
        ),
        (
            [[1]],
            {"DatapointsToAlarm": 1},
            "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (15/01/27 07:59:00)] was not greater "
            "than the threshold (2.0) (minimum 1 datapoint for ALARM -> OK transition).",
        ),
        (
            [[3], [1], [4]],
            {"EvaluationPeriods": 3, "DatapointsToAlarm": 2},
            "Threshold Crossed: 2 out of the last 3 datapoints [4.0 (15/01/27 07:59:00), "
            "3.0 (15/01/27 07:57:00)] were greater than the threshold (2.0) "
            "(minimum 2 datapoints for OK -> ALARM transition).",
        ),
        (
            [[3]],
            {"EvaluationPeriods": 20, "DatapointsToAlarm": 1, "TreatMissingData": "notBreaching"},
            "Threshold Crossed: 1 out of the last 20 datapoints [3.0 (15/01/27 07:59:00)] was greater than "
            "the threshold (2.0) and 19 missing datapoints were treated as [NonBreaching] "
            "(minimum 1 datapoint for OK -> ALARM transition).",
        ),
        (
            [[]],
            {"TreatMissingData": "notBreaching"},
            "Threshold Crossed: no datapoints were received for 1 period and "
            "1 missing datapoint was treated as [NonBreaching].",
        ),
        (
            [[]],
            {"EvaluationPeriods": 2},
            "Insufficient Data: no datapoints were received for 2 periods and "
            "2 missing datapoints were treated as [Missing].",
        ),
    ],
)
def test_the_reason_is_worded_as_on_aws(
    periods: list[list[float]], changed: dict[str, Any], reason: str
) -> None:
    outcome = outcome_of(store_of(*([float(value) for value in values] for values in periods)), **changed)
    assert outcome is not None
    assert outcome.reason == reason


def test_the_reasons_data_has_the_datapoints() -> None:
    outcome = outcome_of(store_of([3.0], [4.0, 5.0]), EvaluationPeriods=2)
    assert outcome is not None
    assert outcome.reason_data == {
        "version": "1.0",
        "queryDate": "2027-01-15T08:00:02.000+0000",
        "startDate": "2027-01-15T07:58:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [3.0, 9.0],
        "threshold": 2.0,
        "evaluatedDatapoints": [
            {"timestamp": "2027-01-15T07:59:00.000+0000", "sampleCount": 2.0, "value": 9.0},
            {"timestamp": "2027-01-15T07:58:00.000+0000", "sampleCount": 1.0, "value": 3.0},
        ],
    }


@pytest.mark.parametrize(("low_samples", "state"), [("evaluate", "ALARM"), ("ignore", None)])
def test_a_percentile_of_few_samples_is_ignored_where_told(low_samples: str, state: State | None) -> None:
    percentile = {name: value for name, value in ALARM.items() if name != "Statistic"}
    percentile |= {"ExtendedStatistic": "p90", "EvaluateLowSampleCountPercentile": low_samples}
    found = evaluate(Definition.of(percentile), store_of([9.0] * 99), old="OK", end=END, speed=1, now=END + 2)
    assert (found.state if found else None) == state


def test_alarms_on_dynamodb_ignore_missing_data_unless_told_otherwise() -> None:
    assert outcome_of(MetricStore(), Namespace="AWS/DynamoDB") is None
    outcome = outcome_of(MetricStore(), Namespace="AWS/DynamoDB", TreatMissingData="missing")
    assert outcome is not None
    assert outcome.state == "INSUFFICIENT_DATA"
