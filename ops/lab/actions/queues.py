"""Actions on queues: change attributes, wait until the main queue is empty."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ops.lab.app import queue_depth
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange
from ops.lab.waiting import eventually

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType


def set_attribute(target: Target, url: str, name: "QueueAttributeNameType", value: str) -> ReversibleChange:
    """Set one attribute of the queue at `url`. On AWS it takes up to a minute to be in force everywhere."""
    before = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
    return ReversibleChange.made(
        f"{name} {before} to {value}",
        lambda: target.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value}),
        lambda: target.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: before}),
    )


def set_visibility_timeout(target: Target, seconds: int) -> ReversibleChange:
    """Of the main queue: how long a failed message waits for its next delivery."""
    return set_attribute(target, target.output("QueueUrl"), "VisibilityTimeout", str(seconds))


def set_dlq_retention(target: Target, seconds: int) -> ReversibleChange:
    """Of the DLQ: how long it keeps a message, counted from when that was first sent."""
    return set_attribute(target, target.output("DlqUrl"), "MessageRetentionPeriod", str(seconds))


def set_max_receive_count(target: Target, count: int) -> ReversibleChange:
    """Of the main queue: how often a message is delivered before it goes to the DLQ."""
    url = target.output("QueueUrl")
    answer = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = json.loads(answer["Attributes"]["RedrivePolicy"])
    change = set_attribute(target, url, "RedrivePolicy", json.dumps(policy | {"maxReceiveCount": count}))
    return replace(change, what=f"maxReceiveCount {policy['maxReceiveCount']} to {count}")


def await_empty(target: Target, within_seconds: float = 90) -> str:
    """Wait until each message of the main queue was processed, or went to the DLQ."""
    eventually(
        lambda: queue_depth.main_queue(target).total,
        within=within_seconds,
        until=lambda total: total == 0,
        what="the queue to come to rest",
        hint="messages come back after their visibility timeout: lab status",
    )
    return f"{queue_depth.dead_letter_queue(target).total} messages in the DLQ"
