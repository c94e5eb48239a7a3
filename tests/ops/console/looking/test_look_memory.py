"""What is kept between two looks: rules, counts, and how fast a queue fills."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.app.target import Target
from ops.lab.console.looking import look_memory, shared_answer
from ops.lab.console.looking.lately_counted import LatelyCounted
from ops.lab.console.looking.look_memory import LookMemory
from ops.lab.probes import alarms
from ops.lab.probes.alarms import AlarmReading
from ops.lab.probes.metrics import MetricQuery

QUERIES = {"posted": MetricQuery("AWS/Lambda", "Invocations")}


class Clock:
    """Stands for time.monotonic."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (look_memory, shared_answer):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock, time=clock))
    return clock


def rule_on(target: Target, name: str, pattern: Mapping[str, Any]) -> None:
    target.events.put_rule(Name=name, EventBusName="bus", EventPattern=json.dumps(pattern))


def test_the_buss_rules_are_known_by_what_they_match(target: Target) -> None:
    target.events.create_event_bus(Name="bus")
    rule_on(target, "a", {"detail-type": ["IngestionSuccess"], "source": ["ingestion.lab"]})
    rule_on(target, "b", {"detail-type": ["IngestionFailure"]})
    rule_on(target, "of-another-app", {"source": ["x"]})
    assert LookMemory(target).rules() == {"announced": "a", "announced_failed": "b"}


def test_who_may_not_list_the_rules_sees_the_rest(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListRules")

    monkeypatch.setattr(target.events, "list_rules", denied)
    assert LookMemory(target).rules() == {}


def test_counts_are_asked_for_seldom(target: Target, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def count(_: Target, queries: Mapping[str, MetricQuery], seconds: float) -> LatelyCounted:
        asked.append(clock.now - seconds)
        return LatelyCounted(dict.fromkeys(queries, 3.0))

    monkeypatch.setattr(look_memory, "count_lately", count)
    memory = LookMemory(target)  # of an account: each metric that is asked for costs
    assert memory.counts(QUERIES).sums == {"posted": 3.0}
    clock.now += 50
    memory.counts(QUERIES)
    assert asked == [400.0]
    clock.now += 11
    memory.counts(QUERIES)
    assert asked == [400.0, 461.0]
    memory.counts(QUERIES | {"other": QUERIES["posted"]})
    assert len(asked) == 3


def test_a_queue_fills_by_its_depth_and_what_was_taken_out(target: Target, clock: Clock) -> None:
    memory = LookMemory(target)
    assert memory.filling(10, 0.0, 5.0) == 0.0
    clock.now += 2
    assert memory.filling(14, 1.0, 5.0) == 3.0
    clock.now += 4
    assert memory.filling(14, 0.0, 5.0) == 0.67
    clock.now += 5
    assert memory.filling(14, 0.0, 5.0) == 0.0
    clock.now += 1
    assert memory.filling(0, 2.0, 5.0) == 0.0


def test_another_deployment_is_another_memory(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = LookMemory(target)
    assert memory.fits(target)
    assert not memory.fits(Target.running("http://127.0.0.1:9"))
    monkeypatch.setattr(type(target), "outputs", dict(target.outputs))
    assert not memory.fits(target)


def test_what_is_seldom_asked_for_is_kept_so_many_looks_and_what_failed_is_not(
    target: Target, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "endpoint", "http://127.0.0.1:9")
    memory = LookMemory(target)

    def fails() -> str:
        raise OSError("gone")

    assert memory.seldom("delivery", 2, lambda: "first") == "first"
    memory.begin_look()
    assert memory.seldom("delivery", 2, fails) == "first"
    assert memory.seldom("failure mode", 2, lambda: "other") == "other"
    memory.begin_look()
    with pytest.raises(OSError, match="gone"):
        memory.seldom("delivery", 2, fails)
    assert memory.seldom("delivery", 2, lambda: "second") == "second"
    memory.forget_seldom()
    assert memory.seldom("delivery", 2, lambda: "after a change") == "after a change"
    clock.now += 11
    assert memory.seldom("delivery", 2, lambda: "after a long pause") == "after a long pause"


def test_an_account_is_asked_at_each_of_its_seldom_looks(target: Target) -> None:
    memory = LookMemory(target)
    assert memory.seldom("mode", 9, lambda: "none") == "none"
    assert memory.seldom("mode", 9, lambda: "poison_payload") == "poison_payload"


def test_every_alarm_is_read_anew_when_another_is_raised_and_else_seldom(
    target: Target, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "endpoint", "http://127.0.0.1:9")
    raised: set[str] = set()
    read: list[float] = []

    def readings(_: Target) -> dict[str, AlarmReading]:
        read.append(clock.now)
        return {"DlqDepth": AlarmReading("ALARM" if raised else "OK", {}, 0.0)}

    monkeypatch.setattr(alarms, "in_alarm", lambda _: frozenset(raised))
    monkeypatch.setattr(alarms, "readings", readings)
    memory = LookMemory(target)
    states = []
    for look in range(11):
        memory.begin_look()
        if look == 3:
            raised.add("DlqDepth")
        states.append(memory.alarm_readings()["DlqDepth"].state)
        clock.now += 1
    assert states == ["OK"] * 4 + ["ALARM"] * 7
    assert read == [1000.0, 1004.0, 1010.0]
