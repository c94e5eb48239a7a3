"""The sampler fills the journal's series, and a sample that fails costs the drill nothing."""

from collections.abc import Callable

import pytest
from botocore.exceptions import EndpointConnectionError

from ops.lab.drills import sampler
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.sampler import Sampler
from ops.lab.drills.scene import Scene
from ops.lab.waiting import eventually
from tests.ops.drills.conftest import new_journal


@pytest.fixture
def sampled(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A scene with an alarm, sampled a hundred times a second; another pages on somebody else's topic."""
    monkeypatch.setattr(sampler, "_EVERY_SECONDS", 0.01)
    _alarm(scene, "dlq-depth", scene.target.output("TopicArn"))
    _alarm(scene, "csv-dlq-depth", "arn:aws:sns:us-east-1:123456789012:another")
    scene.target.stacks().outputs.update(
        DlqDepthAlarmName="dlq-depth", CsvDlqDepthAlarmName="csv-dlq-depth", WorkerFunctionName="worker"
    )
    return scene


def _alarm(scene: Scene, name: str, topic_arn: str) -> None:
    scene.target.cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Maximum",
        AlarmActions=[topic_arn],
    )


def test_depths_counts_and_alarm_states_are_columns_of_one_length(sampled: Scene) -> None:
    journal = new_journal()
    sampled.target.sqs.send_message(QueueUrl=sampled.target.output("QueueUrl"), MessageBody="{}")
    with Sampler(INGESTION, sampled, journal):
        eventually(lambda: len(journal.series.seconds), within=10, until=lambda taken: taken >= 3)

    series = journal.series
    assert series.values["queue_waiting"][0] == 1
    assert {"dlq", "age_seconds", "accepted", "succeeded", "announced"} <= (series.values.keys())
    assert {"failed", "errors", "throttles"} <= series.values.keys()
    assert series.alarms.keys() == {"DlqDepth"}
    lengths = [len(column) for column in series.values.values()]
    lengths += [len(column) for column in series.alarms.values()]
    assert set(lengths) == {len(series.seconds)}


def test_the_last_sample_shows_how_the_drill_ended(sampled: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "_EVERY_SECONDS", 60)
    journal = new_journal()
    with Sampler(INGESTION, sampled, journal):
        eventually(lambda: journal.series.seconds, within=10)
        sampled.target.sqs.send_message(QueueUrl=sampled.target.output("DlqUrl"), MessageBody="{}")
    assert journal.series.values["dlq"] == [0, 1]


def test_a_sample_that_fails_is_counted_and_nothing_more(
    sampled: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> dict[str, str]:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr("ops.lab.probes.alarms.states", unreachable)
    journal = new_journal()
    with Sampler(INGESTION, sampled, journal):
        eventually(lambda: journal.series.failed_samples, within=10)
    assert journal.series.seconds == []


def test_the_plot_counts_what_the_headline_counts(
    sampled: Scene, put_item: Callable[..., None], announce: Callable[[str, str], None]
) -> None:
    for key, status in (("a", "SUCCEEDED"), ("b", "SUCCEEDED"), ("c", "FAILED")):
        sampled.ledger.accept(key, 1, 2)
        put_item(key, status=status)
    announce("a", "event")
    announce("of somebody else", "event")
    journal = new_journal()
    with Sampler(INGESTION, sampled, journal):
        eventually(lambda: journal.series.seconds, within=10)
    counted = INGESTION.account(sampled)
    last = {name: values[-1] for name, values in journal.series.values.items()}
    assert (last["accepted"], last["succeeded"], last["announced"]) == (3, 2, 1)
    assert (counted.accepted, counted.succeeded, counted.announced) == (3, 2, 1)


def test_an_empty_queue_has_no_age_whatever_its_metric_said_last(
    sampled: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.probes.metrics.latest", lambda *_, **__: 18.0)
    assert INGESTION.depths(sampled)["age_seconds"] == 0
    sampled.target.sqs.send_message(QueueUrl=sampled.target.output("QueueUrl"), MessageBody="{}")
    assert INGESTION.depths(sampled)["age_seconds"] == 18.0


def test_an_age_from_before_the_drill_is_nobody_s(sampled: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def values(_target: object, _metrics: object, since: float) -> list[list[float]]:
        asked.append(since)
        return [[]]

    monkeypatch.setattr("ops.lab.probes.metrics.values", values)
    sampled.target.sqs.send_message(QueueUrl=sampled.target.output("QueueUrl"), MessageBody="{}")
    assert INGESTION.depths(sampled)["age_seconds"] is None
    assert asked == [sampled.started_at]
