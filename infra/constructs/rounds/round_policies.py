"""Policies of the files pipeline: of its functions, and of the round's state machine.

As in `infra.constructs.policies` they allow the calls that are made, and no other.
"""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn

from functions.files.rounds.priority import INCOMING
from infra.constructs.policies import Statements, allow, look_at_executions, state_machine_policy, use_key


def round_control_policy(*, queue: sqs.IQueue, control: dynamodb.ITable, key: kms.IKey | None) -> Statements:
    """Take and release the lock, read the concurrency, keep the pressure, recall a batch, look for more.

    Whether the lock's owner runs needs `look_at_executions` as well, in a policy of its own: the machine
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


def csv_processor_policy(
    *, bucket: s3.IBucket, files: dynamodb.ITable, parameter: ssm.IParameter, key: kms.IKey | None
) -> Statements:
    """Read the files that come in, write and merge the rejects, keep checkpoints, ask how the API behaves.

    The bucket has versions, so a file is read by its version alone: s3:GetObjectVersion, and not s3:GetObject
    (S3 API reference, GetObject, "Permissions"). s3:ListBucket also makes S3 say that an object is gone (404)
    where it would otherwise say 403.
    """
    return [
        allow(["s3:GetObjectVersion"], bucket.arn_for_objects(f"{INCOMING}*")),
        allow(
            ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            bucket.arn_for_objects("rejects/*"),
        ),
        allow(["s3:ListBucket"], bucket.bucket_arn),
        allow(
            ["dynamodb:BatchWriteItem", "dynamodb:Query", "dynamodb:UpdateItem"],
            files.table_arn,
        ),
        allow(["ssm:GetParameter"], parameter.parameter_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def fingerprint_policy(*, bucket: s3.IBucket, table: dynamodb.ITable, key: kms.IKey | None) -> Statements:
    """Read the files that come in, keep their fingerprints; s3:ListBucket as above."""
    return [
        allow(["s3:GetObjectVersion"], bucket.arn_for_objects(f"{INCOMING}*")),
        allow(["s3:ListBucket"], bucket.bucket_arn),
        allow(["dynamodb:PutItem"], table.table_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def machine_policy(
    *,
    functions: Sequence[lambda_.IFunction],
    queue: sqs.IQueue,
    dlq: sqs.IQueue,
    bus_arn: str,
    key: kms.IKey | None,
) -> Statements:
    """Take messages, have them processed, settle them, announce what failed; logs and traces."""
    settling = ("ChangeMessageVisibility", "DeleteMessage", "ReceiveMessage", "SendMessage")
    return [
        *state_machine_policy(*functions),
        allow([f"sqs:{each}" for each in settling], queue.queue_arn),
        allow(["sqs:SendMessage"], dlq.queue_arn),
        allow(["events:PutEvents"], bus_arn),
        *use_key(key, "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def start_execution(machine: sfn.IStateMachine) -> iam.PolicyStatement:
    """`grant_start_execution`, but after the role's policy is written."""
    return allow(["states:StartExecution"], machine.state_machine_arn)
