"""LocalStack's own queue objects, for what the SQS API cannot tell without receiving."""

from localstack.aws.api.sqs import QueueDoesNotExist
from localstack.services.sqs.models import SqsQueue, sqs_stores
from localstack.utils.aws.arns import parse_arn


def find_queue(arn: str) -> SqsQueue:
    """The queue as it is now. Raises QueueDoesNotExist."""
    parts = parse_arn(arn)
    queue = sqs_stores[parts["account"]][parts["region"]].queues.get(parts["resource"])
    if queue is None:
        raise QueueDoesNotExist(f"The specified queue does not exist: {arn}")
    return queue
