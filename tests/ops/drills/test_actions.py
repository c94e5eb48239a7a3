"""Actions put back exactly what they changed."""

import json

import pytest

from ops.lab.actions import failure_mode, queues
from ops.lab.app import failure_mode as app_failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange


@pytest.fixture
def queue(target: Target) -> str:
    """The main queue's URL; its dead letters go to the DLQ after two deliveries."""
    url, dlq = target.output("QueueUrl"), target.output("DlqUrl")
    arn = target.sqs.get_queue_attributes(QueueUrl=dlq, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    target.sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"VisibilityTimeout": "19", "RedrivePolicy": policy}
    )
    return url


def _attributes(target: Target, url: str) -> dict[str, str]:
    answer = target.sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
    )
    return {str(name): value for name, value in answer["Attributes"].items()}


def test_queue_attributes_are_changed_and_restored(target: Target, queue: str) -> None:
    before = _attributes(target, queue)

    changes = [queues.set_visibility_timeout(target, 4), queues.set_max_receive_count(target, 12)]

    changed = _attributes(target, queue)
    assert changed["VisibilityTimeout"] == "4"
    assert json.loads(changed["RedrivePolicy"])["maxReceiveCount"] == 12
    assert [change.what for change in changes] == ["VisibilityTimeout 19 to 4", "maxReceiveCount 2 to 12"]
    for change in reversed(changes):
        change.restore()
    assert _attributes(target, queue) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), TimeoutError()])
def test_a_change_that_is_cut_short_is_put_back_at_once(error: BaseException) -> None:
    """The rollback has not been told of it yet."""
    done = []

    def make() -> None:
        done.append("made")
        raise error

    with pytest.raises(type(error)):
        ReversibleChange.made("it", make, lambda: done.append("restored"))
    assert done == ["made", "restored"]


def test_a_failure_mode_does_not_outlive_an_interrupt_before_it_is_noticed(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = [FailureMode.NONE]

    def wait(*_: object) -> None:
        if modes[-1] is not FailureMode.NONE:
            raise KeyboardInterrupt

    monkeypatch.setattr(app_failure_mode, "known_mode", lambda _: modes[-1])
    monkeypatch.setattr(app_failure_mode, "read_mode", lambda _: modes[-1])
    monkeypatch.setattr(app_failure_mode, "break_with", lambda _, mode: modes.append(mode))
    monkeypatch.setattr(app_failure_mode, "heal", lambda _: modes.append(FailureMode.NONE))
    monkeypatch.setattr(app_failure_mode, "wait_until_noticed", wait)

    with pytest.raises(KeyboardInterrupt):
        failure_mode.break_with(target, FailureMode.POISON_PAYLOAD)
    assert modes == [FailureMode.NONE, FailureMode.POISON_PAYLOAD, FailureMode.NONE]
