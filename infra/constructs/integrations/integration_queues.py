"""Queue of an integration, with its DLQ: keeps what the service outside does not take yet."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.removal_policy import removal_policy
from infra.constructs.sqs_with_dlq import SqsWithDlq
from infra.settings import Settings

# More would have to share the time of one invocation.
BATCH_SIZE = 5
# The least that Lambda takes: what was refused for a while is not to come back as a storm.
MAX_CONCURRENCY = 2
_DLQ_VISIBILITY_SECONDS = 60  # for a person who receives by hand


def integration_queues(
    scope: Construct,
    *,
    name: str,
    function_timeout_seconds: int,
    key: kms.IKey | None,
    settings: Settings,
) -> SqsWithDlq:
    """A failed record is postponed by the function itself. The visibility timeout is for a function that was
    killed, and six times its own, as AWS recommends:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    return SqsWithDlq(
        scope,
        "Waiting",
        queue_name=f"IngestionLab-{settings.env_name}-{name}",
        max_receive_count=settings.integration_max_receive_count,
        visibility_seconds=6 * function_timeout_seconds,
        retention_seconds=settings.queue_retention_seconds,
        dlq_retention_seconds=settings.dlq_retention_seconds,
        dlq_visibility_seconds=_DLQ_VISIBILITY_SECONDS,
        key=key,
        removal_policy=removal_policy(settings),
    )


def take_up(scope: Construct, queue: sqs.IQueue, function: lambda_.IFunction) -> None:
    """Let the queue feed the function, which answers in part."""
    # Not `SqsEventSource`, which grants more than Lambda's poller calls.
    lambda_.EventSourceMapping(
        scope,
        "Source",
        target=function,
        event_source_arn=queue.queue_arn,
        batch_size=BATCH_SIZE,
        max_concurrency=MAX_CONCURRENCY,
        report_batch_item_failures=True,
    )
