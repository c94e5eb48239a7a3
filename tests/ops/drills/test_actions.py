"""Actions put back exactly what they changed."""

import json

import pytest

from ops.lab.actions import queues
from ops.lab.app.target import Target


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
