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


def _put_dead_letter(target: Target, key: str | None) -> None:
    attributes = {} if key is None else {"idempotencyKey": {"DataType": "String", "StringValue": key}}
    target.sqs.send_message(
        QueueUrl=target.output("DlqUrl"),
        MessageBody="{}",
        MessageAttributes=attributes,  # type: ignore[arg-type]  # the stubs want their own TypedDict
    )


def test_only_the_dead_letters_of_the_keys_are_deleted(target: Target) -> None:
    for key in ("mine-1", "mine-2", "yours", None):
        _put_dead_letter(target, key)

    assert queues.delete_dead_letters(target, ["mine-1", "mine-2", "never sent"]) == 2

    answer = target.sqs.receive_message(
        QueueUrl=target.output("DlqUrl"), MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    left = [message.get("MessageAttributes", {}) for message in answer["Messages"]]
    assert sorted(each["idempotencyKey"]["StringValue"] for each in left if each) == ["yours"]
    assert len(left) == 2
