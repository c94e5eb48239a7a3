"""Wrong actions are seen by their effect, once each; careful ones are none."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.common.dynamodb_items import to_item
from ops.lab.app.target import Target
from ops.lab.drills.scene import Scene
from ops.lab.incidents.reading import IncidentReading
from ops.lab.incidents.wrong_actions import WrongActionWatch

_BLIND = "everything was redriven before the cause was gone"


@pytest.fixture
def scene(target: Target, redrive_jobs: str) -> Scene:
    scene = Scene(target, started_at=time.time() - 60)
    scene.ledger.accept("mine", time.time(), time.time())
    return scene


@pytest.fixture
def watch(scene: Scene, tmp_path: Path) -> WrongActionWatch:
    return WrongActionWatch(scene, tmp_path)


def _start_job(scene: Scene, name: str, age: float = 10.0, **parameters: Any) -> None:
    counts = dict.fromkeys(("moved", "skipped", "parked", "failed", "deletedFailed"), 0)
    created = datetime.fromtimestamp(time.time() - age, UTC).isoformat()
    job = {"jobId": name, "status": "QUEUED", "maxMessages": 1000, "minAgeSeconds": 0, "createdAt": created}
    scene.target.dynamodb.put_item(TableName="jobs", Item=to_item(job | counts | parameters))
    slot = {"jobId": {"S": "current"}, "holder": {"S": name}}  # as the API does once the job is there
    scene.target.dynamodb.put_item(TableName="jobs", Item=slot)


@contextmanager
def _counted_scans(scene: Scene) -> Iterator[list[object]]:
    """One element for each Scan that is called meanwhile."""
    scans: list[object] = []

    def count(**_: object) -> None:
        scans.append(1)

    events = scene.target.dynamodb.meta.events
    events.register("before-call.dynamodb.Scan", count)
    yield scans
    events.unregister("before-call.dynamodb.Scan", count)


def _reading(in_queue: int = 0, in_dlq: int = 0, accepted: int = 10, succeeded: int = 0) -> IncidentReading:
    return IncidentReading(time.time(), (), accepted, succeeded, in_queue, in_dlq, parked=0)


def test_a_blind_redrive_before_the_cause_is_gone_counts_once(scene: Scene, watch: WrongActionWatch) -> None:
    _start_job(scene, "blind")
    assert watch.look(_reading(in_queue=10), None) == [_BLIND]
    assert watch.look(_reading(in_queue=10), None) == []


def test_a_redrive_right_after_a_repair_is_not_held_against_anybody(scene: Scene, tmp_path: Path) -> None:
    watch = WrongActionWatch(scene, tmp_path, lag_seconds=30)
    _start_job(scene, "at-once", age=10)
    assert watch.look(_reading(in_queue=10), None) == []  # not judged yet
    assert watch.look(_reading(in_queue=10), mitigated_at=time.time()) == []
    _start_job(scene, "blind", age=40)
    later = WrongActionWatch(scene, tmp_path, lag_seconds=30)
    assert later.look(_reading(in_queue=10), None) == [_BLIND]


def test_the_table_is_walked_only_after_a_job_was_started(scene: Scene, watch: WrongActionWatch) -> None:
    with _counted_scans(scene) as scans:
        watch.look(_reading(in_queue=10), None)
        assert scans == []
        _start_job(scene, "one", maxMessages=5)
        _start_job(scene, "blind")  # since the last look there were two
        assert watch.look(_reading(in_queue=10), None) == [_BLIND]
        watch.look(_reading(in_queue=10), None)
    assert len(scans) == 1


def test_a_blind_redrive_between_two_looks_is_seen_though_another_followed(
    scene: Scene, watch: WrongActionWatch
) -> None:
    _start_job(scene, "blind")
    _start_job(scene, "one", maxMessages=5)
    assert watch.look(_reading(in_queue=10), None) == [_BLIND]


@pytest.mark.parametrize(
    "parameters",
    [{"errorType": "Throttled"}, {"idempotencyKeys": ["a"]}, {"minAgeSeconds": 60}, {"maxMessages": 5}],
)
def test_a_redrive_of_chosen_letters_is_none(
    scene: Scene, watch: WrongActionWatch, parameters: dict[str, Any]
) -> None:
    _start_job(scene, "chosen", **parameters)
    assert watch.look(_reading(in_queue=10), None) == []


def test_a_redrive_after_the_cause_is_gone_is_none(scene: Scene, watch: WrongActionWatch) -> None:
    _start_job(scene, "late")
    assert watch.look(_reading(in_queue=10), mitigated_at=time.time() - 20) == []


def test_a_redrive_of_before_the_incident_is_none(scene: Scene, watch: WrongActionWatch) -> None:
    _start_job(scene, "early", age=120)
    assert watch.look(_reading(in_queue=10), None) == []


def test_letters_that_were_purged_are_told_by_what_the_purge_wrote(
    watch: WrongActionWatch, tmp_path: Path
) -> None:
    attribute = {"idempotencyKey": {"DataType": "String", "StringValue": "mine"}}
    lines = [{"MessageAttributes": attribute}, {"MessageAttributes": {}}]
    (tmp_path / "dlq-now.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert watch.look(_reading(in_queue=10), None) == ["1 dead letters were thrown away"]
    assert watch.look(_reading(in_queue=10), None) == []


def test_a_purge_that_is_still_writing_is_told_of_as_far_as_it_is(
    watch: WrongActionWatch, tmp_path: Path
) -> None:
    line = json.dumps(
        {"MessageAttributes": {"idempotencyKey": {"DataType": "String", "StringValue": "mine"}}}
    )
    record = tmp_path / "dlq-now.jsonl"
    record.write_text("")
    assert watch.look(_reading(in_queue=10), None) == []
    record.write_text(f"{line}\n{line[:20]}")
    assert watch.look(_reading(in_queue=10), None) == ["1 dead letters were thrown away"]
    record.write_text(f"{line}\n{line}\n{line}\n")
    assert watch.look(_reading(in_queue=10), None) == ["2 dead letters were thrown away"]


def test_messages_that_vanish_at_once_are_told(watch: WrongActionWatch) -> None:
    assert watch.look(_reading(in_queue=3, in_dlq=7), None) == []
    assert watch.look(_reading(in_queue=3), None) == [
        "7 messages vanished at once, and their orders have not succeeded"
    ]
    assert watch.look(_reading(in_queue=3), None) == []


def test_messages_that_were_worked_off_have_not_vanished(watch: WrongActionWatch) -> None:
    watch.look(_reading(in_queue=10), None)
    assert watch.look(_reading(in_queue=1, succeeded=9), None) == []
