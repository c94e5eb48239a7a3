"""Metric math: how expressions are read, and what they yield on data with gaps."""

import math
from typing import Any

import pytest

from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.period_statistics import Distribution, Grid
from lab_emulator.cloudwatch.queries import Queries, check
from lab_emulator.cloudwatch.refusals import RefusedRequest

PERIOD = 60
GRID = Grid(start=600, period_seconds=PERIOD, count=4)
# By period; None is a period without data.
DATA: dict[str, list[float | None]] = {
    "m1": [1, 2, None, 8],
    "m2": [10, None, 30, 40],
    "errors": [0, 1, 0, 4],
    "empty": [None, None, None, None],
}


@pytest.fixture
def store() -> MetricStore:
    store = MetricStore()
    for name, values in DATA.items():
        for time, value in zip(GRID.times(), values, strict=True):
            if value is not None:
                store.record(MetricKey("N", name, ()), time + 1, "Count", Distribution({value: 1}), now=time)
    for color in ("blue", "red"):
        key = MetricKey("N", "paint", (("Color", color),))
        store.record(key, GRID.start, "Count", Distribution({5: 1}), now=GRID.start)
    return store


def metric(name: str) -> dict[str, Any]:
    """The query of that metric, under its own name."""
    stat = {"Metric": {"Namespace": "N", "MetricName": name}, "Period": PERIOD, "Stat": "Sum"}
    return {"Id": name, "MetricStat": stat}


def result(store: MetricStore, expression: str) -> list[list[float | None]]:
    queries = [*(metric(name) for name in DATA), {"Id": "e1", "Expression": expression}]
    check(queries)
    found = Queries(store, queries, lambda _period: GRID).series("e1")
    return [[series.values.get(time) for time in GRID.times()] for series in found]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1", [1, 2, None, 8]),
        ("m1 + m2", [11, None, None, 48]),
        ("m1 + 1", [2, 3, None, 9]),
        ("10 - m1", [9, 8, None, 2]),
        ("2 + 3 * m1", [5, 8, None, 26]),
        ("(2 + 3) * m1", [5, 10, None, 40]),
        ("m1 * 2 ^ 3 ^ 1", [8, 16, None, 64]),
        ("-m1 ^ 2", [-1, -4, None, -64]),
        ("m2 / errors", [None, None, None, 10]),
        ("100 * m1 / 0", [None, None, None, None]),
        ("m1 > 1", [0, 1, None, 1]),
        ("m1 >= 2 AND m1 < 8", [0, 1, None, 0]),
        ("m1 == 1 || m1 == 8", [1, 0, None, 1]),
        ("m1 != 1 && 1", [0, 1, None, 1]),
        ("FILL(m1, 0)", [1, 2, 0, 8]),
        ("FILL(m1, REPEAT)", [1, 2, 2, 8]),
        ("FILL(m1, LINEAR)", [1, 2, 5, 8]),
        ("FILL(m1, m2)", [1, 2, 30, 8]),
        ("DIFF(m1)", [None, 1, None, 6]),
        ("RATE(errors)", [None, 1 / 60, -1 / 60, 4 / 60]),
        ("m1 / PERIOD(m1)", [1 / 60, 2 / 60, None, 8 / 60]),
        ("ABS(1 - m1)", [0, 1, None, 7]),
        ("CEIL(m1 / 3)", [1, 1, None, 3]),
        ("FLOOR(m1 / 3)", [0, 0, None, 2]),
        ("IF(errors > 0, m1, 0)", [0, 2, 0, 8]),
        ("IF(errors, 1, m2)", [10, 1, 30, 1]),
        ("IF(m1 > 1, errors * 100 / m1, 0)", [0, 50, None, 50]),
        ("SUM([m1, m2])", [11, 2, 30, 48]),
        ("AVG([m1, m2])", [5.5, 2, 30, 24]),
        ("MIN([m1, m2])", [1, 2, 30, 8]),
        ("MAX([m1, m2, errors])", [10, 2, 30, 40]),
        ("MAX(METRICS())", [10, 2, 30, 40]),
        ('SUM(METRICS("m"))', [11, 2, 30, 48]),
        ("m1 / SUM(m1)", [1 / 11, 2 / 11, None, 8 / 11]),
        ("m1 / SUM(empty)", [None, None, None, None]),
        ("m1 - AVG(errors)", [-0.25, 0.75, None, 6.75]),
        ("TIME_SERIES(7)", [7, 7, 7, 7]),
        ("1e2 * .5 * m1", [50, 100, None, 400]),
    ],
)
def test_an_expression_yields_one_time_series(
    store: MetricStore, expression: str, expected: list[float | None]
) -> None:
    [found] = result(store, expression)
    assert [value is None for value in found] == [value is None for value in expected]
    assert all(
        math.isclose(value, wanted, abs_tol=1e-12)
        for value, wanted in zip(found, expected, strict=True)
        if value is not None and wanted is not None
    )


def test_an_array_yields_each_of_its_series(store: MetricStore) -> None:
    assert result(store, "[m1, m2] * 2") == [[2, 4, None, 16], [20, None, 60, 80]]


def test_a_search_finds_metrics_by_their_dimensions(store: MetricStore) -> None:
    assert result(store, "SEARCH('{N,Color} MetricName=\"paint\"', 'Sum', 60)") == [[5, None, None, None]] * 2
    assert result(store, "SUM(SEARCH('{N,Color} MetricName=\"paint\" Color=\"red\"', 'Sum'))") == [
        [5, None, None, None]
    ]
    assert result(store, "SUM(SEARCH('{N,Size} MetricName=\"paint\"', 'Sum'))") == []


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("ANOMALY_DETECTION_BAND(m1, 2)", "ANOMALY_DETECTION_BAND is not offered"),
        ("RUNNING_SUM(m1)", "RUNNING_SUM is not offered"),
        ("SUM(m1, m2)", "SUM takes 1 arguments"),
        ("IF(m1, 1)", "IF takes 3 arguments"),
        ("m1 +", "at its end"),
        ("(m1", "at its end"),
        ("m1 m2", "at 'm2'"),
        ("m1 ? 2", "at '[?] 2'"),
        ("m9", "no query m9"),
        ("e1 + 1", "refers to itself"),
        ("SUM(m1)", "yields a number"),
        ("1 + 1", "yields a number"),
        ("[m1, 2]", "holds time series"),
        ("[m1] + [m2]", "one array, not two"),
        ("RATE(3)", "a time series is expected"),
        ("FILL(m1, [m2])", "FILL takes"),
        ("REPEAT", "belongs into FILL"),
        ("METRICS(m1)", "quotation marks"),
        ("SEARCH('MetricName=\"x\"', 'Sum')", "must begin with"),
        ("SEARCH('{N,Color} paint OR glue', 'Sum')", "not 'paint OR glue'"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_by_name(
    store: MetricStore, expression: str, complaint: str
) -> None:
    with pytest.raises(RefusedRequest, match=complaint):
        result(store, expression)


def test_expressions_may_build_on_each_other(store: MetricStore) -> None:
    queries = [
        metric("m1"),
        {"Id": "twice", "Expression": "m1 * 2"},
        {"Id": "thrice", "Expression": "twice + m1", "Label": "three times"},
    ]
    check(queries)
    [series] = Queries(store, queries, lambda _period: GRID).series("thrice")
    assert (series.label, series.values[GRID.start]) == ("three times", 3)
