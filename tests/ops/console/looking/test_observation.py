"""One look at an account: what its APIs say, by name."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ops.lab.app import worker_mapping
from ops.lab.app.target import Target
from ops.lab.console.looking import asked_metrics, look_memory, observation
from ops.lab.console.looking.lately_counted import LatelyCounted
from ops.lab.console.looking.look_memory import LookMemory
from ops.lab.console.looking.observation import Observation, PipelineObserver
from ops.lab.probes import alarms, metrics
from ops.lab.probes.metrics import MetricQuery


@pytest.fixture
def app(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """The pipeline in moto's account, but for its functions."""
    undelivered = target.sqs.create_queue(QueueName="undelivered")["QueueUrl"]
    target.stacks().outputs.update(
        {
            "UndeliveredUrl": undelivered,
            "IngestFunctionName": "ingest",
            "WorkerFunctionName": "worker",
            "Api5xxAlarmName": "lab-Api5xx",
            "DlqDepthAlarmName": "lab-DlqDepth",
        }
    )
    alarm(target, "lab-Api5xx", {"ApiId": "abc"})
    alarm(target, "lab-DlqDepth", {"QueueName": "dlq"})
    target.cloudwatch.set_alarm_state(AlarmName="lab-DlqDepth", StateValue="ALARM", StateReason="a test")
    target.events.create_event_bus(Name="bus")
    target.events.put_rule(
        Name="failures", EventBusName="bus", EventPattern=json.dumps({"detail-type": ["IngestionFailure"]})
    )
    monkeypatch.setattr(worker_mapping, "state", lambda _: "Enabled")
    return target


def alarm(target: Target, name: str, dimensions: dict[str, str]) -> None:
    target.cloudwatch.put_metric_alarm(
        AlarmName=name,
        MetricName="m",
        Namespace="n",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=3,
        ComparisonOperator="GreaterThanThreshold",
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
    )


def test_a_look_has_depths_alarms_and_rates(app: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    app.sqs.send_message(QueueUrl=app.output("QueueUrl"), MessageBody="a")
    asked: list[MetricQuery] = []

    def values(_: Target, queries: Sequence[MetricQuery], since: float) -> list[list[float]]:
        asked.extend(queries)
        return [[18.0] for _ in queries]

    monkeypatch.setattr(metrics, "values", values)
    lately = LatelyCounted({"posted": 3.0}, {"processed": 5.0})
    monkeypatch.setattr(look_memory, "count_lately", lambda *_: lately)
    look = PipelineObserver().look(app)
    assert look.depths["queue"].visible == 1
    assert look.raised == ["DlqDepth"]
    assert alarms.in_alarm(app) == {"DlqDepth"}
    assert look.readings["Api5xx"].dimensions == {"ApiId": "abc"}
    assert look.readings["Api5xx"].threshold == 3.0
    assert look.rates["posted"] == 0.1  # 18 in the three minutes that an account's rates are of
    assert look.rates["announced_failed"] == 0.1
    assert (look.counts, look.counted_last) == ({"posted": 3.0}, {"processed": 5.0})
    assert look.ages == {"queue": 18.0, "dlq": 18.0, "parked": 18.0}
    assert look.undelivered == 18
    assert (look.on_aws, look.seen, look.delivery) == (True, True, "Enabled")
    api = next(query for query in asked if query.name == "Count")
    assert (api.namespace, api.dimensions) == ("AWS/ApiGateway", {"ApiId": "abc"})
    assert len(asked) <= 22  # each costs on AWS


def test_a_metric_without_values_is_a_rate_of_zero_and_no_age(app: Target) -> None:
    """Of moto, which has counted nothing."""
    look = PipelineObserver().look(app)
    assert look.rates["posted"] == 0.0
    assert look.ages == {}
    assert look.undelivered == 0


def test_an_observer_keeps_its_memory_while_the_target_is_the_same(
    app: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[LookMemory] = []

    def observed(_: Target, memory: LookMemory) -> Observation:
        given.append(memory)
        return Observation(at=1.0)

    monkeypatch.setattr(observation, "observe", observed)
    observer = PipelineObserver()
    for target in (app, app, Target.running("http://127.0.0.1:9")):
        if target is not app:
            monkeypatch.setattr(type(target), "outputs", {})
        observer.look(target)
    assert given[0] is given[1]
    assert given[1] is not given[2]


def test_after_a_change_everything_is_asked_for_anew(app: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LookMemory, "forget_seldom", lambda memory: forgotten.append(memory))
    forgotten: list[LookMemory] = []
    observer = PipelineObserver()
    observer.forget()
    assert forgotten == []
    observer.look(app)
    observer.forget()
    assert len(forgotten) == 1


def test_without_the_alarm_that_names_the_api_the_rest_is_asked_for(app: Target) -> None:
    counted: dict[str, Any] = asked_metrics.counted(app, {}, {})
    assert "requests" not in counted
    assert "announced" not in counted
    assert "posted" in counted
