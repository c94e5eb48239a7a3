"""What each function may do: the actions that its own code calls, on its own resources, and nothing else.

Stated here rather than by `grant_*`, which allow more than is called (`grant_send_messages` also lets a
function read the queue's attributes, for one). Logs and tracing are added by `LambdaFn`.
"""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

Statements = list[iam.PolicyStatement]


def ingest_policy(*, queue: sqs.IQueue, parameter: ssm.IParameter, key: kms.IKey | None) -> Statements:
    """Queue an event, under the failure mode in force."""
    return [
        _allow(["sqs:SendMessage"], queue.queue_arn),
        _allow(["ssm:GetParameter"], parameter.parameter_arn),
        *_use_key(key, "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def worker_policy(
    *,
    queue: sqs.IQueue,
    table: dynamodb.ITable,
    bus: events.IEventBus,
    parameter: ssm.IParameter,
    key: kms.IKey | None,
) -> Statements:
    """Claim and settle a key, publish the outcome. Lambda's poller receives and deletes in its name."""
    return [
        _allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], queue.queue_arn),
        _allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], table.table_arn),
        _allow(["events:PutEvents"], bus.event_bus_arn),
        _allow(["ssm:GetParameter"], parameter.parameter_arn),
        *_use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def redrive_policy(
    *, queue: sqs.IQueue, dlq: sqs.IQueue, table: dynamodb.ITable, key: kms.IKey | None
) -> Statements:
    """Look into the DLQ, look up error types, move messages back to the queue."""
    return [
        _allow(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"], dlq.queue_arn),
        _allow(["sqs:SendMessage"], queue.queue_arn),
        _allow(["dynamodb:BatchGetItem"], table.table_arn),
        *_use_key(key, "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def reset_policy(*, parameter: ssm.IParameter) -> Statements:
    """Switch the failure mode off."""
    return [_allow(["ssm:PutParameter"], parameter.parameter_arn)]


def authorizer_policy(*, secret: secretsmanager.ISecret, key: kms.IKey | None) -> Statements:
    """Read the API key to compare with."""
    return [
        _allow(["secretsmanager:GetSecretValue"], secret.secret_arn),
        *_use_key(key, "kms:Decrypt"),
    ]


def _allow(actions: Sequence[str], resource_arn: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=[resource_arn])


def _use_key(key: kms.IKey | None, *actions: str) -> Statements:
    return [_allow(actions, key.key_arn)] if key else []
