"""Message move tasks: what StartMessageMoveTask does with each message of a dead-letter queue.

"The redrive task resets the retention period. All redriven messages are considered new messages with a new
messageID and enqueueTime" (SQS developer guide, sqs-configure-dead-letter-queue-redrive). LocalStack hands
the old message on, with its id, its receive count and its DeadLetterQueueSourceArn.
"""

import copy
import logging
from datetime import datetime
from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.aws.api.sqs import Message, MessageSystemAttributeName
from localstack.services.sqs.models import (
    FifoQueue,
    MessageMoveTask,
    MessageMoveTaskStatus,
    SqsMessage,
    SqsQueue,
)
from localstack.services.sqs.provider import MessageMoveTaskManager
from localstack.services.sqs.utils import generate_message_id
from localstack.utils.time import now

LOG = logging.getLogger(__name__)

HELD_SECONDS = 30  # how long a message is hidden from others while it is moved, should that fail

# What belongs to the old message's stay in its queues; a queue gives each message its own.
OF_THE_OLD_MESSAGE = (
    MessageSystemAttributeName.ApproximateReceiveCount,
    MessageSystemAttributeName.ApproximateFirstReceiveTimestamp,
    MessageSystemAttributeName.DeadLetterQueueSourceArn,
    MessageSystemAttributeName.MessageDeduplicationId,
    MessageSystemAttributeName.SequenceNumber,
)


class RenewingMoveTaskManager(MessageMoveTaskManager):
    """Tasks that move a message by sending a new one and deleting the old one."""

    def submit(self, move_task: MessageMoveTask) -> None:
        super().submit(move_task)
        # Stock keeps UTC without a time zone, and returns it as local time.
        move_task.started_timestamp = datetime.now()

    def _run(self, move_task: MessageMoveTask) -> None:
        LOG.info("message move task %s from %s began", move_task.task_id, move_task.source_arn)
        try:
            while not move_task.cancel_event.is_set() and self._move_one(move_task):
                if rate := move_task.max_number_of_messages_per_second:
                    move_task.cancel_event.wait(1 / rate)
        except Exception as error:  # whatever it is, it becomes the task's FailureReason
            self._fail_task(move_task, error)
            return
        cancelled = move_task.cancel_event.is_set()
        move_task.status = MessageMoveTaskStatus.CANCELLED if cancelled else MessageMoveTaskStatus.COMPLETED
        LOG.info("message move task %s: %s", move_task.task_id, move_task.status)

    def _move_one(self, move_task: MessageMoveTask) -> bool:
        """Whether there was a message to move. Queues are looked up for each one: they may be deleted."""
        source = self._get_queue_by_arn(move_task.source_arn)
        received = source.receive(num_messages=1, visibility_timeout=HELD_SECONDS)
        if received.dead_letter_messages:
            raise NotImplementedError("a dead-letter queue that has a redrive policy of its own")
        if not received.successful:
            return False
        [message], [handle] = received.successful, received.receipt_handles
        try:
            self._send_anew(message, self._destination(move_task, message))
        except Exception:
            source.update_visibility_timeout(handle, 0)
            raise
        source.remove(handle)
        move_task.approximate_number_of_messages_moved += 1
        return True

    def _destination(self, move_task: MessageMoveTask, message: SqsMessage) -> SqsQueue:
        arn = move_task.destination_arn or message.dead_letter_queue_source_arn
        if arn is None:  # sent to the queue by a client, not moved there by SQS
            raise CommonServiceException("CouldNotDetermineMessageSource", "no queue that it came from")
        return self._get_queue_by_arn(arn)

    @staticmethod
    def _send_anew(message: SqsMessage, destination: SqsQueue) -> None:
        options: dict[str, Any] = {"message_group_id": message.message_group_id}
        if isinstance(destination, FifoQueue):
            # By its old deduplication id the queue would take it, within five minutes, for one it knows, and
            # drop it. AWS takes the message's id for it on the way to a FIFO DLQ (same page).
            options["message_deduplication_id"] = message.message_id
        destination.put(renewed(message.message), **options)


def renewed(message: Message) -> Message:
    """Return the new message that takes the place of `message`: body, attributes and trace are the same."""
    new = copy.deepcopy(message)
    new["MessageId"] = generate_message_id()
    system = new["Attributes"]
    for name in OF_THE_OLD_MESSAGE:
        system.pop(name, None)
    system[MessageSystemAttributeName.SentTimestamp] = str(now(millis=True))
    return new
