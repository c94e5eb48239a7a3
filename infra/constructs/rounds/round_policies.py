"""What the functions around a round may do; see `infra.constructs.policies`."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from infra.constructs.policies import Statements, allow, look_at_executions, use_key


def round_control_policy(*, queue: sqs.IQueue, control: dynamodb.ITable, key: kms.IKey | None) -> Statements:
    """Take and release the lock, read the concurrency, keep the pressure, recall a batch, look for more.

    Whether the lock's owner runs needs `look_at_executions` besides, in a policy of its own: the machine
    names this function, which waits for the policy of its role.
    """
    return [
        allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], control.table_arn),
        allow(["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"], queue.queue_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def round_starter_policy(
    *, queue: sqs.IQueue, control: dynamodb.ITable, machine: sfn.StateMachine, key: kms.IKey | None
) -> Statements:
    """See whether a round is at work, and start one."""
    return [
        allow(["dynamodb:GetItem"], control.table_arn),
        allow(["sqs:GetQueueAttributes"], queue.queue_arn),
        allow(["states:StartExecution"], machine.state_machine_arn),
        look_at_executions(machine),
        *use_key(key, "kms:Decrypt"),
    ]


def scaler_policy(
    *, queue: sqs.IQueue, control: dynamodb.ITable, function: lambda_.IFunction, key: kms.IKey | None
) -> Statements:
    """Read the queue's depth, set the concurrency."""
    return [
        allow(["dynamodb:GetItem", "dynamodb:PutItem"], control.table_arn),
        allow(["sqs:GetQueueAttributes"], queue.queue_arn),
        allow(["lambda:GetFunctionConcurrency", "lambda:PutFunctionConcurrency"], function.function_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]
