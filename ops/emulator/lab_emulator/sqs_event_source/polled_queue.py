"""Queue that a mapping polls: waits for a visible message, receives and deletes."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from localstack.aws.api.sqs import QueueDoesNotExist
from localstack.services.sqs.models import SqsQueue, sqs_stores
from localstack.services.sqs.queue import InterruptiblePriorityQueue
from localstack.utils.aws.arns import parse_arn

from lab_emulator.provider_call import call
from lab_emulator.sqs_event_source.target_function import TargetFunction

LOG = logging.getLogger(__name__)

MAX_MESSAGES_PER_CALL = 10
"""Of ReceiveMessage and DeleteMessageBatch (SQS developer guide, quotas-messages)."""

READS_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What a function's role has to be allowed."""

MAX_WAIT_SECONDS = 20.0
"""As long as a long poll. A queue deleted and created again is noticed after that at the latest."""


class PolledQueue:
    """Receives without waiting and deletes in batches. Safe to share between threads.

    Both are done in the name of the function's role, which has to be allowed them
    (Lambda developer guide, services-sqs-configure, "Configuring execution role permissions").
    """

    def __init__(self, arn: str, reader: TargetFunction) -> None:
        self.arn = arn
        self._reader = reader

    @cached_property
    def _url(self) -> str:
        name = parse_arn(self.arn)["resource"]
        return str(call("sqs", "GetQueueUrl", self.arn, {"QueueName": name})["QueueUrl"])

    @property
    def visibility_timeout_seconds(self) -> int:
        """Of a message that is received now. Raises QueueDoesNotExist."""
        return find_queue(self.arn).visibility_timeout

    def receive(self, max_messages: int) -> list[dict[str, Any]]:
        """What is visible now: `max_messages` at most, and never more than ten.

        Raises ServiceException, and PermissionDenied where the role may not receive, or not delete what it
        gets.
        """
        for action in READS_QUEUE:
            self._reader.check_role(action, self.arn)
        request = {
            "QueueUrl": self._url,
            "MaxNumberOfMessages": min(max_messages, MAX_MESSAGES_PER_CALL),
            "WaitTimeSeconds": 0,
            "MessageAttributeNames": ["All"],
            "MessageSystemAttributeNames": ["All"],
        }
        messages: list[dict[str, Any]] = call("sqs", "ReceiveMessage", self.arn, request).get("Messages", [])
        return messages

    def delete(self, receipt_handles: Sequence[str]) -> None:
        """Delete each message. One that SQS refuses to delete is logged and will come back."""
        for chunk in _chunks(receipt_handles, MAX_MESSAGES_PER_CALL):
            entries = [{"Id": str(index), "ReceiptHandle": handle} for index, handle in enumerate(chunk)]
            request = {"QueueUrl": self._url, "Entries": entries}
            for failure in call("sqs", "DeleteMessageBatch", self.arn, request).get("Failed", []):
                LOG.warning("%s: a message was not deleted: %s", self.arn, failure.get("Message"))


@dataclass(frozen=True)
class MessageSignal:
    """Says when the standard queue `queue_arn` has a visible message, without taking it and without polling.

    It looks at LocalStack's queue where AWS long-polls. A long poll cannot be interrupted when the
    mapping is disabled, so it would take one more message, and each empty receive costs a metric;
    this costs nothing while nothing happens.
    """

    queue_arn: str

    def wait(self, timeout_seconds: float, cancelled: Callable[[], bool]) -> bool:
        """True once a message is visible; False after the timeout (20 s at most) or once `cancelled`.

        Raises QueueDoesNotExist.
        """
        visible = self._visible_messages()
        with visible.not_empty:
            visible.not_empty.wait_for(
                lambda: cancelled() or visible.is_shutdown or visible._qsize() > 0,
                min(timeout_seconds, MAX_WAIT_SECONDS),
            )
            if visible.is_shutdown or not visible._qsize():
                return False
            if cancelled():
                visible.not_empty.notify()  # `put` wakes one waiter only: let it be another
                return False
            return True

    def wake(self) -> None:
        """Let every waiter look at its `cancelled` again."""
        try:
            visible = self._visible_messages()
        except QueueDoesNotExist:
            return  # its waiters were woken when it was deleted
        with visible.not_empty:
            visible.not_empty.notify_all()

    def _visible_messages(self) -> InterruptiblePriorityQueue:
        visible = find_queue(self.queue_arn).visible
        if visible.is_shutdown:  # it is about to be deleted, or LocalStack to stop
            raise QueueDoesNotExist(f"The specified queue does not exist: {self.queue_arn}")
        return visible


def find_queue(arn: str) -> SqsQueue:
    """LocalStack's own object, for what the SQS API cannot tell without receiving.

    Raises QueueDoesNotExist.
    """
    parts = parse_arn(arn)
    queue = sqs_stores[parts["account"]][parts["region"]].queues.get(parts["resource"])
    if queue is None:
        raise QueueDoesNotExist(f"The specified queue does not exist: {arn}")
    return queue


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
