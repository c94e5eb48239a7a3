"""AWS/SQS, by QueueName.

LocalStack samples the depths once a minute, does not know the age, and sends every count of a message
through a thread pool as a PutMetricData of its own. AWS reports each minute; this reports each second
(SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL), so that the alarms of a compressed clock see every period.
"""

import logging
import time
from typing import Any

from localstack.services.sqs.models import SqsQueue, sqs_stores

from lab_emulator.service_metrics.measurement import Measurement, report
from lab_emulator.service_metrics.queue_age import age_of_oldest_message_seconds

LOG = logging.getLogger(__name__)

NAMESPACE = "AWS/SQS"


def publish_depths(_worker: Any) -> None:
    """Stand in for `CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics`, at each interval."""
    for account_id, region, store in sqs_stores.iter_stores():
        for queue in list(store.queues.values()):
            try:
                report(account_id, region, NAMESPACE, _sample(queue))
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
    report(account_id, region, NAMESPACE, [Measurement(metric, value, unit, (("QueueName", queue_name),))])


def _sample(queue: SqsQueue) -> list[Measurement]:
    dimensions = (("QueueName", queue.name),)
    depths = {
        "ApproximateNumberOfMessagesVisible": queue.approximate_number_of_messages,
        "ApproximateNumberOfMessagesNotVisible": queue.approximate_number_of_messages_not_visible,
        "ApproximateNumberOfMessagesDelayed": queue.approximate_number_of_messages_delayed,
    }
    data = [Measurement(name, depth, dimensions=dimensions) for name, depth in depths.items()]
    age_seconds = age_of_oldest_message_seconds(queue, time.time())
    if age_seconds is not None:
        data.append(Measurement("ApproximateAgeOfOldestMessage", round(age_seconds), "Seconds", dimensions))
    return data
