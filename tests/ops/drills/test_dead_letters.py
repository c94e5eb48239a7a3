"""What is done with dead letters is done again for those that come later, until nothing is left."""

import time

import pytest

from ops.lab.actions import dead_letters
from ops.lab.app.target import Target
from ops.lab.drills.scene import Scene
from ops.lab.errors import WaitTimedOut


@pytest.fixture
def scene(target: Target) -> Scene:
    return Scene(target, started_at=time.time())


def test_letters_that_come_later_are_acted_on_too(scene: Scene) -> None:
    target, url, late = scene.target, scene.target.output("DlqUrl"), ["c"]
    dead_letters.bury(target, ["a", "b"])
    gone = 0

    def work_off() -> int:
        nonlocal gone
        found = target.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        for message in found:
            target.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        gone += len(found)
        if late:
            dead_letters.bury(target, [late.pop()])
        return len(found)

    done = dead_letters.repeat_until_none_left(scene, work_off, lambda: 3 - gone, what="the end of all")
    assert (done, gone) == (3, 3)


def test_an_empty_queue_is_not_acted_on_and_what_stays_is_told(scene: Scene) -> None:
    acts = []

    def act() -> int:
        acts.append(1)
        return 1

    with pytest.raises(WaitTimedOut, match="the success of both"):
        dead_letters.repeat_until_none_left(
            scene, act, lambda: 2, what="the success of both", within_seconds=0
        )
    assert acts == []
