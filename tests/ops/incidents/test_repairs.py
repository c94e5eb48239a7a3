"""Repairs of incidents that act on what is on its way just then: they go on until it has come."""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from ops.lab.app.target import Target
from ops.lab.app.undelivered_outcomes import QUEUE_OUTPUT, SentAgain
from ops.lab.drills.declaration import NotCarriedOut
from ops.lab.drills.scene import Scene
from scenarios.incidents import nobody_is_told, poison_file


@pytest.fixture
def scene(target: Target) -> Scene:
    """Two orders, or files, are taken."""
    scene = Scene(target, started_at=0.0)
    for key in ("waited", "on-its-way"):
        scene.ledger.accept(key, time.time(), time.time())
    return scene


def test_an_outcome_that_was_on_its_way_to_the_old_target_is_sent_again_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming, heard = iter([["waited"], [], ["on-its-way"]]), set()

    def send_again(_target: Target) -> SentAgain:
        keys = next(coming, [])
        heard.update(keys)
        return SentAgain(len(keys), 0)

    url = scene.target.sqs.create_queue(QueueName="undelivered")["QueueUrl"]
    scene.target.stacks().outputs[QUEUE_OUTPUT] = url
    scene.target.sqs.send_message(QueueUrl=url, MessageBody="waits at each look, of other orders")
    done = {key: SimpleNamespace(succeeded=True) for key in scene.ledger.keys}
    monkeypatch.setattr("ops.lab.app.undelivered_outcomes.send_again", send_again)
    monkeypatch.setattr(nobody_is_told, "read_items", lambda _target, _keys: done)
    monkeypatch.setattr(nobody_is_told, "success_events", lambda _target, _since: heard)

    assert nobody_is_told.INCIDENT.repairs[0].steps[-1].act(scene) == "2 outcomes sent again"


def test_a_file_is_set_aside_once_it_is_a_dead_letter(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers() -> Iterator[str]:
        yield ""
        yield "PermanentFailure: no CSV"

    said = answers()

    def set_aside(_target: Target, key: str) -> str:
        if answer := next(said):
            return answer
        raise NotCarriedOut(f"the DLQ has no message of {key}")

    monkeypatch.setattr("ops.lab.actions.files.set_aside", set_aside)

    for step in poison_file.INCIDENT.repairs[0].steps:
        assert step.act(scene) == "PermanentFailure: no CSV"
