"""Metrics in memory: what is added up, what is kept apart, and what is forgotten."""

import time

import pytest

from lab_emulator.cloudwatch import metric_store
from lab_emulator.cloudwatch.metric_store import (
    FINE_SECONDS,
    RETENTION_SECONDS,
    MetricKey,
    MetricStore,
    RecordedSeries,
)
from lab_emulator.cloudwatch.period_statistics import Distribution, statistic
from lab_emulator.cloudwatch.refusals import RefusedRequest

NOW = 1_800_000_000
KEY = MetricKey("N", "m", (("Queue", "orders"),))


def one(value: float) -> Distribution:
    return Distribution({value: 1})


def test_statistics_of_values_and_counts() -> None:
    found = Distribution.merged([Distribution({1: 3, 5: 1}), one(9)])
    assert found is not None
    names = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
    assert [statistic(name)(found) for name in names] == [5, 17, 3.4, 1, 9]


@pytest.mark.parametrize(
    ("name", "value"), [("p0", 1), ("p50", 50), ("p99", 99), ("p99.5", 100), ("p100", 100)]
)
def test_percentiles_are_by_nearest_rank(name: str, value: float) -> None:
    assert statistic(name)(Distribution(dict.fromkeys(range(1, 101), 1))) == value


def test_a_statistic_set_has_percentiles_only_where_its_values_are_the_same() -> None:
    hidden = Distribution.of_set(count=4, total=10, minimum=1, maximum=4)
    known = Distribution.of_set(count=4, total=8, minimum=2, maximum=2)
    assert statistic("p50")(hidden) is None
    assert statistic("p50")(known) == 2
    merged = Distribution.merged([known, hidden])
    assert merged is not None
    assert (merged.total, statistic("p50")(merged)) == (18, None)


@pytest.mark.parametrize("name", ["tm90", "IQM", "TM(2%:98%)", "WM(10%:90%)", "PR(:300)", "p101", "median"])
def test_other_statistics_are_refused(name: str) -> None:
    with pytest.raises(RefusedRequest, match=r"is not (offered|supported)"):
        statistic(name)


def test_a_summary_is_the_same_but_for_the_values() -> None:
    store = MetricStore()
    for second, value in enumerate([3.0, 1.0, 7.0]):
        store.record(KEY, NOW + second, "Count", one(value), now=NOW)
    whole = store.window(KEY, NOW, NOW + 3)
    summary = store.window(KEY, NOW, NOW + 3, summary=True)
    assert whole is not None
    assert summary is not None
    names = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
    assert [statistic(name)(summary) for name in names] == [statistic(name)(whole) for name in names]
    assert [statistic(name)(summary) for name in names] == [3, 11, 11 / 3, 1, 7]
    assert (whole.percentile(50), summary.values) == (3.0, None)


def test_reading_does_not_change_what_was_recorded() -> None:
    store = MetricStore()
    for second in (0, 1):
        store.record(KEY, NOW + second, "Count", one(1), now=NOW)
    first = store.window(KEY, NOW, NOW + 2)
    again = store.window(KEY, NOW, NOW + 2)
    assert first is not None
    assert again is not None
    assert (first.total, again.total) == (2, 2)


def test_units_are_kept_apart() -> None:
    store = MetricStore()
    store.record(KEY, NOW, "Seconds", one(1), now=NOW)
    store.record(KEY, NOW, "Count", one(2), now=NOW)
    seconds, both = store.window(KEY, NOW, NOW + 1, "Seconds"), store.window(KEY, NOW, NOW + 1)
    assert seconds is not None
    assert both is not None
    assert (seconds.total, both.total) == (1, 3)
    assert store.units(KEY, NOW, NOW + 1) == ["Count", "Seconds"]


def test_old_seconds_become_minutes_and_the_oldest_go() -> None:
    series = RecordedSeries()
    minute = (NOW - FINE_SECONDS - 600) // 60 * 60
    for at in (NOW - RETENTION_SECONDS - 1, minute + 1, minute + 59, NOW - 1):
        series.record(at, "Count", one(1))
    series.age(NOW)
    assert [(second, found.count) for second, _unit, found in series.entries()] == [(minute, 2), (NOW - 1, 1)]


def test_a_metric_that_is_too_old_is_forgotten_altogether() -> None:
    store = MetricStore()
    store.record(KEY, NOW, "Count", one(1), now=NOW)
    other = MetricKey("N", "other", ())
    later = NOW + RETENTION_SECONDS + 1
    store.record(other, later, "Count", one(1), now=later)
    assert store.keys() == [other]


def test_a_series_holds_no_more_than_so_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metric_store, "MAX_VALUES", 3)
    series = RecordedSeries()
    for second in range(5):
        series.record(NOW + second, "Count", one(second))
    assert [second - NOW for second, _unit, _found in series.entries()] == [2, 3, 4]


def test_added_values_are_what_was_recorded_of_each() -> None:
    added, recorded = MetricStore(), MetricStore()
    values = [(0.4, "Count", 3.0), (0.9, "Count", 1.0), (0.9, "Count", 3.0), (1.0, "Bytes", -7.5)]
    for after, unit, value in [*values, (1.5, "Count", 0.0), (0.1, "Bytes", 12.0)]:
        added.add(KEY, value, unit, NOW + after)
        recorded.record(KEY, NOW + after, unit, one(value), now=NOW + after)

    def told(store: MetricStore) -> list[tuple[object, ...]]:
        return [
            (key, second, unit, found.values, found.count, found.total, found.minimum, found.maximum)
            for key, second, unit, found in store.entries()
        ]

    assert told(added) == told(recorded)
    assert len(told(added)) == 4


def test_a_value_beside_a_hidden_set_leaves_it_hidden() -> None:
    store = MetricStore()
    hidden = Distribution.of_set(count=4, total=10, minimum=1, maximum=4)
    store.record(KEY, NOW, "Count", hidden, now=NOW)
    store.add(KEY, 9, "Count", NOW)
    found = store.window(KEY, NOW, NOW + 1)
    assert found is not None
    assert (found.values, found.count, found.total, found.minimum, found.maximum) == (None, 5, 19, 1, 9)


def test_added_values_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metric_store, "MAX_VALUES", 3)
    series = RecordedSeries()
    for value in range(5):
        series.add(NOW, "Count", value)
    series.add(NOW, "Count", 4)
    assert [(second - NOW, found.count) for second, _unit, found in series.entries()] == [(0, 6)]
    series.add(NOW + 1, "Count", 0)
    assert [second - NOW for second, _unit, _found in series.entries()] == [1]


def test_adding_forgets_what_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MetricStore()
    monkeypatch.setattr(time, "time", lambda: NOW)
    store.add(KEY, 1)
    other = MetricKey("N", "other", ())
    monkeypatch.setattr(time, "time", lambda: NOW + RETENTION_SECONDS + 1)
    store.add(other, 1)
    assert store.keys() == [other]


def test_a_key_is_the_same_whatever_the_order_of_its_dimensions() -> None:
    pairs = {"Stage": "a", "ApiId": "b"}
    expected = MetricKey("N", "m", (("ApiId", "b"), ("Stage", "a")))
    assert MetricKey.of("N", "m", pairs) == expected
    assert MetricKey.of("N", "m", dict(reversed(pairs.items()))) == expected
    assert MetricKey.of("N", "m", pairs | {"Stage": "c"}) != expected
    assert MetricKey.of("N", "m", {}) == MetricKey("N", "m", ())


def test_a_single_value_is_there_at_once_whatever_the_order_of_its_dimensions() -> None:
    store = MetricStore()
    store.add(MetricKey.of("N", "m", {"Stage": "a", "ApiId": "b"}), 3, "Bytes", NOW)
    key = MetricKey("N", "m", (("ApiId", "b"), ("Stage", "a")))
    found = store.window(key, NOW, NOW + 1, "Bytes")
    assert found is not None
    assert (found.count, found.total) == (1, 3)
