"""What the state machine of a staggered processor may do: the calls that its states make, and no other."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from infra.constructs.policies import Statements, allow, state_machine_policy, use_key


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
