"""The age of a queue's oldest message, as CloudWatch is told of it."""

from itertools import chain

from localstack.services.sqs.models import FifoQueue, SqsMessage, SqsQueue

# "If a message is received three or more times and not deleted, SQS moves it to the back of the queue. The
# metric then reflects the age of the next message that hasn't exceeded the receive threshold. This
# reordering occurs even when a redrive policy is in place." Standard queues only.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
POISON_RECEIVE_COUNT = 3


def age_of_oldest_message_seconds(queue: SqsQueue, now: float) -> float | None:
    """Return how long ago the oldest visible or in-flight message was sent; None where none counts.

    In a dead-letter queue age and receive count begin when SQS moves the message there, on AWS (same
    page) as here: LocalStack puts it there as a message of its own. A poison message stays where it
    is in LocalStack's order: it leaves the metric only. None means no datum, as on AWS, which reports
    the age "if the queue contains at least one active message".
    """
    sent_at = [message.created for message in _unprocessed(queue) if not message.deleted]
    return max(0.0, now - min(sent_at)) if sent_at else None


def _unprocessed(queue: SqsQueue) -> list[SqsMessage]:
    """Return copies of what other threads change: `list` of a list or a dict is one step to them."""
    in_flight = list(queue.inflight)
    if isinstance(queue, FifoQueue):
        groups = (list(group.messages) for group in list(queue.message_groups.values()))
        return [*chain.from_iterable(groups), *in_flight]
    waiting = list(queue.visible.queue)
    return [message for message in (*waiting, *in_flight) if message.receive_count < POISON_RECEIVE_COUNT]
