"""Entries of PutMetricData: what counts, and which parameters exclude each other."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lab_emulator.cloudwatch.metric_datum import record
from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.period_statistics import Distribution
from lab_emulator.cloudwatch.refusals import (
    InvalidParameterCombination,
    InvalidParameterValue,
    RefusedRequest,
)

NOW = 1_800_000_000
SET = {"SampleCount": 10, "Sum": 55, "Minimum": 1, "Maximum": 10}


def recorded(**datum: Any) -> Distribution:
    store = MetricStore()
    record(store, "N", [{"MetricName": "m", "Timestamp": datetime.fromtimestamp(NOW, UTC), **datum}], NOW)
    found = store.window(MetricKey("N", "m", ()), NOW, NOW + 60)
    assert found is not None
    return found


def test_values_and_a_statistic_set_of_one_entry_both_count() -> None:
    found = recorded(Values=[1.0, 20.0], StatisticValues=SET)
    assert (found.count, found.total, found.minimum, found.maximum) == (12, 76, 1, 20)


@pytest.mark.parametrize(
    ("datum", "error", "words"),
    [
        (
            {"Value": 1.5, "Values": [1.0]},
            InvalidParameterCombination,
            r"member\.1\.Value and .*\.Values are",
        ),
        (
            {"Value": 1.5, "StatisticValues": SET},
            InvalidParameterCombination,
            r"\.StatisticValues are mutually",
        ),
        (
            {"Value": 0, "Values": [1.0], "StatisticValues": SET},
            InvalidParameterCombination,
            "mutually exclusive",
        ),
        ({"Values": [1.0, 2.0], "Counts": [1]}, InvalidParameterValue, r"must be of the same size\."),
        ({}, InvalidParameterValue, "At least one"),
    ],
)
def test_what_excludes_each_other_is_refused_by_its_code(
    datum: dict[str, Any], error: type[RefusedRequest], words: str
) -> None:
    with pytest.raises(error, match=words):
        recorded(**datum)
