"""Kinds of calls: each does what its name says, on resources of its own."""

import pytest
from rich.console import Console

from ops.lab.app.queue_depth import depth
from ops.lab.app.target import Target
from ops.lab.bench import call_costs, call_kinds
from ops.lab.bench.call_kinds import CallGround, CallKind
from ops.lab.bench.contender import Contender, StepSeconds
from ops.lab.bench.process_use import CpuUse
from ops.lab.progress import ProgressSteps

CALLS = range(3)


@pytest.fixture
def ground(target: Target, monkeypatch: pytest.MonkeyPatch) -> CallGround:
    """In moto, which has no event source mapping to pause."""
    monkeypatch.setattr(call_kinds, "pause", lambda _target: None)
    return CallGround.prepared(Contender("moto", 1, target, StepSeconds()))


def _call(ground: CallGround, *names: str) -> None:
    kinds = {kind.name: kind for kind in ground.kinds}
    for name in names:
        for number in CALLS:
            kinds[name].call(number)


def test_what_is_sent_is_received_and_deleted_one_by_one(ground: CallGround) -> None:
    sqs = ground.contender.target
    _call(ground, "sqs.SendMessage")
    assert depth(sqs, ground.queue_url).visible == len(CALLS)
    _call(ground, "sqs.ReceiveMessage")
    assert depth(sqs, ground.queue_url).in_flight == len(CALLS)
    _call(ground, "sqs.DeleteMessage")
    assert depth(sqs, ground.queue_url).total == 0


def test_a_claim_is_made_on_its_condition(ground: CallGround) -> None:
    target = ground.contender.target
    _call(ground, "dynamodb.PutItem", "dynamodb.UpdateItem, conditional", "dynamodb.GetItem")

    items = target.dynamodb.scan(TableName="bench-calls")["Items"]
    assert len(items) == len(CALLS)
    assert {item["attempts"]["N"] for item in items} == {"1"}
    with pytest.raises(target.dynamodb.exceptions.ConditionalCheckFailedException):
        _call(ground, "dynamodb.PutItem")


def test_the_other_calls_are_taken(ground: CallGround) -> None:
    target = ground.contender.target
    _call(ground, "events.PutEvents", "cloudwatch.PutMetricData", "logs.PutLogEvents", "ssm.GetParameter")

    lines = target.logs.get_log_events(logGroupName="bench-calls", logStreamName="bench-calls")["events"]
    assert len(lines) == len(CALLS)
    metrics = target.cloudwatch.list_metrics(Namespace="bench-calls")["Metrics"]
    assert {metric["MetricName"] for metric in metrics} == {"calls"}


def test_contenders_are_measured_kind_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str]] = []

    class Ground:
        def __init__(self, name: str) -> None:
            self._name = name
            self.kinds = [self._kind(kind) for kind in "xy"]

        def _kind(self, kind: str) -> CallKind:
            return CallKind(kind, lambda _: made.append((self._name, kind)))

    class Counted:
        """Uses two seconds of the processor between two looks, one of them in functions."""

        def __init__(self, name: str) -> None:
            self.name, self._looks = name, 0

        @property
        def cpu(self) -> CpuUse:
            self._looks += 1
            return CpuUse(2.0 * self._looks, 1.0 * self._looks, 9.0)

    monkeypatch.setattr(CallGround, "prepared", lambda contender: Ground(contender.name))
    contenders = [Counted("a"), Counted("b")]
    costs = call_costs.measure_calls(contenders, 20, ProgressSteps(Console(quiet=True)))  # type: ignore[arg-type]

    assert [(cost.kind, cost.contender) for cost in costs] == [("x", "a"), ("x", "b"), ("y", "a"), ("y", "b")]
    assert (costs[0].emulator_cpu_ms, costs[0].functions_cpu_ms) == (100, 50)
    assert [made.count(each) for each in (("a", "x"), ("b", "y"))] == [30, 30]
