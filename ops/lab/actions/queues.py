"""Change a queue's attributes, and take out the dead letters that a drill left."""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from functions.common.sqs_message import IDEMPOTENCY_KEY
from ops.lab.actions.change import Change
from ops.lab.app import queues
from ops.lab.app.target import Target
from ops.lab.waiting import eventually

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# Of messages that are looked at: long enough to read a whole DLQ of a drill, short enough to wait for.
_HELD_SECONDS = 20


def set_attribute(target: Target, url: str, name: "QueueAttributeNameType", value: str) -> Change:
    """Set one attribute of the queue at `url`. On AWS it takes up to a minute to be in force everywhere."""
    before = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
    target.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value})
    return Change(
        f"{name} {before} to {value}",
        lambda: target.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: before}),
    )


def set_visibility_timeout(target: Target, seconds: int) -> Change:
    """Of the main queue: how long a failed message waits for its next delivery."""
    return set_attribute(target, target.output("QueueUrl"), "VisibilityTimeout", str(seconds))


def set_max_receive_count(target: Target, count: int) -> Change:
    """Of the main queue: how often a message is delivered before it goes to the DLQ."""
    url = target.output("QueueUrl")
    answer = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = json.loads(answer["Attributes"]["RedrivePolicy"])
    change = set_attribute(target, url, "RedrivePolicy", json.dumps(policy | {"maxReceiveCount": count}))
    return replace(change, what=f"maxReceiveCount {policy['maxReceiveCount']} to {count}")


def await_empty(target: Target, within_seconds: float = 90) -> str:
    """Wait until each message of the main queue was processed, or went to the DLQ."""
    eventually(
        lambda: queues.main_queue(target).total,
        within=within_seconds,
        until=lambda total: total == 0,
        what="the queue to come to rest",
        hint="messages come back after their visibility timeout: lab status",
    )
    return f"{queues.dead_letter_queue(target).total} messages in the DLQ"


def delete_dead_letters(target: Target, keys: Collection[str]) -> int:
    """Delete the DLQ's messages of these idempotency keys, give the others back, return how many went.

    Every message is received once at most, and those that are kept become visible at the end.
    """
    url, mine = target.output("DlqUrl"), set(keys)
    deleted, kept = 0, []
    while queues.depth(target, url).visible and (messages := _receive(target, url)):
        for message in messages:
            if _key(message) in mine:
                target.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                deleted += 1
            else:
                kept.append(message["ReceiptHandle"])
    for handle in kept:
        target.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    return deleted


def _receive(target: Target, url: str) -> "list[MessageTypeDef]":
    answer = target.sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=_HELD_SECONDS,
        WaitTimeSeconds=1,
        MessageAttributeNames=[IDEMPOTENCY_KEY],
    )
    return answer.get("Messages", [])


def _key(message: "MessageTypeDef") -> str | None:
    attributes = message.get("MessageAttributes", {})
    return attributes[IDEMPOTENCY_KEY].get("StringValue") if IDEMPOTENCY_KEY in attributes else None
