"""Retention of messages: MessageRetentionPeriod of their queue, in real seconds at any speed of the lab.

LocalStack enforces it by a variable, and then counts anew from the move to a dead-letter queue. On AWS, "for
standard queues, the expiration of a message is always based on its original enqueue timestamp. [...] For
FIFO queues, the enqueue timestamp resets when the message is moved to a dead-letter queue" (SQS developer
guide, setting-up-dead-letter-queue-retention).
"""

import heapq
import logging
import time
from collections.abc import Callable

from localstack.aws.api.sqs import MessageSystemAttributeName
from localstack.services.sqs.models import FifoQueue, MessageGroup, SqsMessage, SqsQueue, StandardQueue
from localstack.services.sqs.provider import QueueUpdateWorker

LOG = logging.getLogger(__name__)

IsExpired = Callable[[SqsMessage], bool]


class RetainingUpdateWorker(QueueUpdateWorker):
    """What visits every queue once a second, and ends its expired messages on the way."""

    def do_update_all_queues(self) -> None:
        super().do_update_all_queues()
        for queue in list(self.iter_queues()):
            try:
                expire(queue, time.time())
            except Exception:  # one queue, perhaps being deleted, must not keep the others' messages
                LOG.exception("cannot expire the messages of queue %s", queue.arn)


def expire(queue: SqsQueue, now: float) -> None:
    """Delete the queue's messages that are older than its retention, visible, delayed or in flight."""
    oldest = now - queue.message_retention_period

    def is_expired(message: SqsMessage) -> bool:
        return enqueued_at(queue, message) <= oldest

    with queue.mutex:
        if isinstance(queue, StandardQueue):
            with queue.visible.mutex:
                ended = _take_from_heap(queue.visible.queue, is_expired)
        else:
            ended = _take_from_groups(queue, is_expired)
        for messages in (queue.delayed, queue.inflight):
            ended += [message for message in messages if is_expired(message)]
        for message in ended:
            _delete(queue, message)
    if ended:
        LOG.info("%d messages of queue %s ended with their retention", len(ended), queue.name)


def enqueued_at(queue: SqsQueue, message: SqsMessage) -> float:
    """When retention began, in epoch seconds: the first sending, or a FIFO queue's own taking."""
    sent_ms = message.message["Attributes"].get(MessageSystemAttributeName.SentTimestamp)
    if sent_ms is None or isinstance(queue, FifoQueue):
        return message.created
    return int(sent_ms) / 1000


def _take_from_heap(heap: list[SqsMessage], is_expired: IsExpired) -> list[SqsMessage]:
    """Heaps are in the order of `created`, which says little about a dead letter's age: look at each."""
    ended = [message for message in heap if is_expired(message)]
    if ended:
        heap[:] = [message for message in heap if not is_expired(message)]
        heapq.heapify(heap)
    return ended


def _take_from_groups(queue: FifoQueue, is_expired: IsExpired) -> list[SqsMessage]:
    ended = []
    for group in list(queue.message_groups.values()):
        taken = _take_from_heap(group.messages, is_expired)
        if taken and group.empty():
            _forget_turn(queue, group)
        ended += taken
    return ended


def _forget_turn(queue: FifoQueue, group: MessageGroup) -> None:
    """An empty group's next message queues the group again: twice in it, two receivers would share it."""
    with queue.message_group_queue.mutex:
        if group in queue.message_group_queue.queue:
            queue.message_group_queue.queue.remove(group)


def _delete(queue: SqsQueue, message: SqsMessage) -> None:
    message.deleted = True  # for a receiver that has just taken it
    queue.delayed.discard(message)
    in_flight = message in queue.inflight
    queue.inflight.pop(message, None)
    for handle in message.receipt_handles:
        queue.receipts.pop(handle, None)
    message.receipt_handles.clear()
    if in_flight and isinstance(queue, FifoQueue):
        queue.update_message_group_visibility(queue.get_message_group(message.message_group_id))
