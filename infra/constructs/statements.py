"""The statements of which policies are made: actions on one resource, and uses of a key."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

Statements = list[iam.PolicyStatement]


def allow(actions: Sequence[str], resource_arn: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=[resource_arn])


def use_key(key: kms.IKey | None, *actions: str) -> Statements:
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
