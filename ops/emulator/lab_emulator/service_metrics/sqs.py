"""Metrics of AWS/SQS, by QueueName.

LocalStack samples the depths once a minute, does not know the age, and sends every count of a message
through a thread pool as a PutMetricData of its own. AWS reports each minute; this reports each second
(SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL), so that the alarms of a compressed clock see every period.
"""

import logging
import time
from itertools import chain
from typing import Any

from localstack.services.sqs.models import FifoQueue, SqsMessage, SqsQueue, sqs_stores

from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.metric_stores import metric_store

LOG = logging.getLogger(__name__)

NAMESPACE = "AWS/SQS"

# "If a message is received three or more times and not deleted, SQS moves it to the back of the queue. The
# metric then reflects the age of the next message that hasn't exceeded the receive threshold. This
# reordering occurs even when a redrive policy is in place." Standard queues only.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
POISON_RECEIVE_COUNT = 3


def publish_depths(_worker: Any) -> None:
    """Stand in for `CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics`, at each interval."""
    for account_id, region, store in sqs_stores.iter_stores():
        for queue in list(store.queues.values()):
            try:
                _sample(queue, metric_store(account_id, region))
            except Exception:  # one queue, perhaps being deleted, must not cost the others their metrics
                LOG.exception("no metrics of queue %s", queue.arn)


def dispatch(
    _dispatcher: Any,
    account_id: str,
    region: str,
    queue_name: str,
    metric: str,
    value: float = 1,
    unit: str = "Count",
) -> None:
    """Stand in for `CloudwatchDispatcher.dispatch_sqs_metric`, called as messages come and go.

    What SQS itself moves to a dead-letter queue does not come by here, and counts as sent to neither
    queue, as on AWS (SQS developer guide, sqs-dead-letter-queues).
    """
    metric_store(account_id, region).add(_key(metric, queue_name), value, unit)


def _sample(queue: SqsQueue, store: MetricStore) -> None:
    depths = {
        "ApproximateNumberOfMessagesVisible": queue.approximate_number_of_messages,
        "ApproximateNumberOfMessagesNotVisible": queue.approximate_number_of_messages_not_visible,
        "ApproximateNumberOfMessagesDelayed": queue.approximate_number_of_messages_delayed,
    }
    age_seconds = age_of_oldest_message_seconds(queue, time.time())
    for name, depth in depths.items():
        store.add(_key(name, queue.name), depth)
    if age_seconds is not None:
        store.add(_key("ApproximateAgeOfOldestMessage", queue.name), round(age_seconds), "Seconds")


def _key(metric: str, queue_name: str) -> MetricKey:
    return MetricKey.of(NAMESPACE, metric, {"QueueName": queue_name})


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
