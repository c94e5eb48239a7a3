"""Policies of the integrations' functions; see `infra.constructs.policies`."""

from collections.abc import Iterable

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.constructs.policies import Statements, allow, use_key
from infra.constructs.sqs_with_dlq import SqsWithDlq


def smtp_notifier_policy(*, queues: SqsWithDlq, secret_arn: str, key: kms.IKey | None) -> Statements:
    """Log in; send back and bury what is refused. Lambda's poller receives and deletes in its name."""
    return [
        *_take_from(queues.queue),
        allow(["sqs:SendMessage"], queues.dlq.queue_arn),
        allow(["secretsmanager:GetSecretValue"], secret_arn),
        *use_key(key, "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def splunk_forwarder_policy(*, queue: sqs.IQueue, secret_arn: str, key: kms.IKey | None) -> Statements:
    """Present the token; keep what is refused, and take it up again."""
    return [
        *_take_from(queue),
        allow(["secretsmanager:GetSecretValue"], secret_arn),
        *use_key(key, "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def dynatrace_exporter_policy(
    *,
    table: dynamodb.ITable,
    parameters: Iterable[ssm.IParameter],
    secret_arn: str,
    key: kms.IKey | None,
) -> Statements:
    """Read metrics, whose actions take no resource; present the token; keep the watermark.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    """
    return [
        allow(["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], "*"),
        allow(["dynamodb:UpdateItem"], table.table_arn),
        *(allow(["ssm:GetParameter"], parameter.parameter_arn) for parameter in parameters),
        allow(["secretsmanager:GetSecretValue"], secret_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def secret_arn(scope: Construct, name: str) -> str:
    """Of a secret that the operator makes: Secrets Manager adds six characters of its own to the name.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
    """
    return Stack.of(scope).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def _take_from(queue: sqs.IQueue) -> Statements:
    """As Lambda's poller does it, and as `functions.common.source_queue` postpones."""
    actions = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    ]
    return [allow(actions, queue.queue_arn)]
