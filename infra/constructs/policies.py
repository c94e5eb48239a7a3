"""Policies of the functions: the actions that each one's code calls, on its own resources, and nothing else.

Stated here rather than by `grant_*`, which allow more than is called (`grant_send_messages` also lets a
function read the queue's attributes, for one). Logs and tracing are added by `LambdaFn`.
"""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn

from infra.constructs.sqs_with_dlq import SqsWithDlq

Statements = list[iam.PolicyStatement]


def allow(actions: Sequence[str], resource_arn: str) -> iam.PolicyStatement:
    """Statement that allows actions on one resource."""
    return iam.PolicyStatement(actions=list(actions), resources=[resource_arn])


def use_key(key: kms.IKey | None, *actions: str) -> Statements:
    """Statement that allows uses of a key, if there is one."""
    return [allow(actions, key.key_arn)] if key else []


def look_at_executions(machine: sfn.StateMachine) -> iam.PolicyStatement:
    """Ask about the executions of a machine, whose names are made at run time."""
    executions = Stack.of(machine).format_arn(
        service="states",
        resource="execution",
        resource_name=f"{machine.state_machine_name}:*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return allow(["states:DescribeExecution"], executions)


def ingest_policy(*, queue: sqs.IQueue, parameter: ssm.IParameter, key: kms.IKey | None) -> Statements:
    """Queue an event, under the failure mode in force."""
    return [
        allow(["sqs:SendMessage"], queue.queue_arn),
        allow(["ssm:GetParameter"], parameter.parameter_arn),
        *use_key(key, "kms:Decrypt", "kms:GenerateDataKey"),
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
        allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], queue.queue_arn),
        allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], table.table_arn),
        allow(["events:PutEvents"], bus.event_bus_arn),
        allow(["ssm:GetParameter"], parameter.parameter_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def idempotency_policy(*, table: dynamodb.ITable, key: kms.IKey | None) -> Statements:
    """Claim and settle a key."""
    return [
        allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], table.table_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def processor_policy(*, parameter: ssm.IParameter) -> Statements:
    """Process under the failure mode in force."""
    return [allow(["ssm:GetParameter"], parameter.parameter_arn)]


def events_policy(*, bus: events.IEventBus, key: kms.IKey | None) -> Statements:
    """Publish an outcome."""
    return [
        allow(["events:PutEvents"], bus.event_bus_arn),
        *use_key(key, "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def execution(machine: sfn.IStateMachine) -> iam.PolicyStatement:
    """Run a state machine and wait for its end. `grant_start_sync_execution` would allow just this as well,
    but after the role's policy is written."""
    return allow(["states:StartSyncExecution"], machine.state_machine_arn)


def state_machine_policy(*functions: lambda_.IFunction) -> Statements:
    """Call the steps; deliver logs and traces, whose actions take no resource.

    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
    """
    return [
        *map(invocation, functions),
        allow(
            [
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
                "logs:GetLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:UpdateLogDelivery",
            ],
            "*",
        ),
        allow(
            [
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ],
            "*",
        ),
    ]


def redrive_policy(
    *,
    dlq: sqs.IQueue,
    table: dynamodb.ITable,
    jobs: dynamodb.ITable,
    runner: lambda_.IFunction,
    key: kms.IKey | None,
) -> Statements:
    """Look into the DLQ, look up error types, keep and start jobs."""
    return [
        allow(["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], dlq.queue_arn),
        allow(["dynamodb:BatchGetItem"], table.table_arn),
        allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], jobs.table_arn),
        invocation(runner),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def redrive_runner_policy(
    *,
    queues: SqsWithDlq,
    parked: sqs.IQueue,
    table: dynamodb.ITable,
    jobs: dynamodb.ITable,
    key: kms.IKey | None,
) -> Statements:
    """Move messages from the DLQ to the queue or the parking queue, look up and record why, report."""
    return [
        allow(
            [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ],
            queues.dlq.queue_arn,
        ),
        allow(["sqs:SendMessage"], queues.queue.queue_arn),
        allow(["sqs:SendMessage"], parked.queue_arn),
        allow(["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], table.table_arn),
        allow(["dynamodb:UpdateItem"], jobs.table_arn),
        *use_key(key, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    ]


def invocation(function: lambda_.IFunction) -> iam.PolicyStatement:
    """Call a function. `grant_invoke` would allow its every version and alias as well."""
    return allow(["lambda:InvokeFunction"], function.function_arn)


def reset_policy(*, parameter: ssm.IParameter) -> Statements:
    """Switch the failure mode off."""
    return [allow(["ssm:PutParameter"], parameter.parameter_arn)]


def authorizer_policy(*, secret: secretsmanager.ISecret, key: kms.IKey | None) -> Statements:
    """Read the API key to compare with."""
    return [
        allow(["secretsmanager:GetSecretValue"], secret.secret_arn),
        *use_key(key, "kms:Decrypt"),
    ]
