"""Stacks of the app in an account: their states and their outputs."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, WaiterError

from ops.lab.app.stack_status import StackCondition, condition_of, is_updatable, way_on
from ops.lab.errors import DeploymentFailed, NotUp
from ops.lab.waiting import eventually

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

TOOLKIT_STACK = "CDKToolkit"
_APP_STACK = re.compile(r"IngestionLab-([^-]+)-")
_ABSENT = "ABSENT"
# What cannot be made again by a deployment, once it is deleted.
_HOLDING = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
        "AWS::SQS::Queue",
    }
)
# Of a stack that deletes it, or leaves it behind when it is deleted.
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})
_SETTLES_WITHIN_SECONDS = 180.0
_LISTED = 5


@dataclass(frozen=True)
class Stacks:
    """The stacks of one environment: `statuses` by stack name, in order of creation, and their outputs."""

    env_name: str
    statuses: dict[str, str]
    outputs: dict[str, str]

    def output(self, key: str) -> str:
        """The value of output `key`. Raises NotUp where no stack has it, or where it is empty."""
        if value := self.outputs.get(key):
            return value
        raise NotUp(
            f"no stack of environment {self.env_name!r} has the output {key}",
            hint="deploy the app: lab up (or `lab deploy --target aws`)",
        )

    @property
    def broken(self) -> list[str]:
        """The stacks that an update cannot build on."""
        return [name for name, status in self.statuses.items() if not is_updatable(status)]


def environments(cloudformation: "CloudFormationClient") -> list[str]:
    """The names of the environments that have a stack in the client's account and region, oldest first."""
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    stacks = sorted((stack for page in pages for stack in page["Stacks"]), key=lambda s: s["CreationTime"])
    found = (_APP_STACK.match(stack["StackName"]) for stack in stacks)
    return list(dict.fromkeys(match[1] for match in found if match))


def find_stacks(cloudformation: "CloudFormationClient", env_name: str) -> Stacks:
    """The stacks named `IngestionLab-<env_name>-…` in the client's account and region."""
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    found = [
        stack
        for page in pages
        for stack in page["Stacks"]
        if stack["StackName"].startswith(f"IngestionLab-{env_name}-")
    ]
    found.sort(key=lambda stack: stack["CreationTime"])
    statuses = {stack["StackName"]: str(stack["StackStatus"]) for stack in found}
    return Stacks(env_name, statuses, {key: value for stack in found for key, value in _outputs(stack)})


def is_bootstrapped(cloudformation: "CloudFormationClient") -> bool:
    """Whether CDK's toolkit stack stands."""
    return is_updatable(_status(cloudformation, TOOLKIT_STACK))


def delete_broken_toolkit(cloudformation: "CloudFormationClient") -> None:
    """Delete what a failed bootstrap left, which another bootstrap cannot build on.

    It has assets alone, which every deployment brings again.
    """
    status = _status(cloudformation, TOOLKIT_STACK)
    if status != _ABSENT and condition_of(status) is StackCondition.ONLY_DELETABLE:
        _delete(cloudformation, TOOLKIT_STACK)


def make_way(
    cloudformation: "CloudFormationClient", env_name: str, *, on_aws: bool = False, delete: bool = True
) -> list[str]:
    """Delete the environment's stacks whose creation failed and which hold nothing; return their names.

    Waits for what is at work on them. Raises DeploymentFailed, before anything is deleted, for a stack that
    no update can build on and that holds data. Without `delete` it only does that.
    """
    stacks = eventually(
        lambda: find_stacks(cloudformation, env_name),
        within=_SETTLES_WITHIN_SECONDS,
        until=lambda found: StackCondition.AT_WORK not in map(condition_of, found.statuses.values()),
        every=1,
        what="the end of another deployment",
        hint="see which stack it is at: lab status",
    )
    for name in stacks.broken:
        status = stacks.statuses[name]
        held = holdings(cloudformation, name)
        if held or condition_of(status) is StackCondition.HALF_UPDATED:
            raise DeploymentFailed(
                f"stack {name} is {status}, so nothing can be deployed to it, and it holds "
                f"{_listed(held) if held else 'what the app runs on'}",
                hint=way_on(name, status, on_aws=on_aws),
            )
    dependants_first = list(reversed(stacks.broken)) if delete else []
    for name in dependants_first:
        _delete(cloudformation, name)
    return dependants_first


def holdings(cloudformation: "CloudFormationClient", name: str) -> list[str]:
    """The logical ids of what a stack has that holds data: tables, queues, buckets, keys, logs, secrets."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return [
        resource["LogicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] in _HOLDING
        and resource["ResourceStatus"] not in _GONE
        and resource.get("PhysicalResourceId")
    ]


def _delete(cloudformation: "CloudFormationClient", name: str) -> None:
    """Raises DeploymentFailed, with CloudFormation's reasons, where it is not deleted."""
    cloudformation.delete_stack(StackName=name)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    except WaiterError as error:
        status = _status(cloudformation, name)
        raise DeploymentFailed(
            f"stack {name} is {status} and was not deleted: {_reasons(cloudformation, name) or error}",
            hint="a bucket must be empty before it is deleted; " + way_on(name, status, on_aws=False),
        ) from error


def _reasons(cloudformation: "CloudFormationClient", name: str) -> str:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    failed = [
        f"{resource['LogicalResourceId']}: {resource.get('ResourceStatusReason', 'no reason given')}"
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceStatus"] == "DELETE_FAILED"
    ]
    return "; ".join(failed)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED} more"


def _outputs(stack: "StackTypeDef") -> list[tuple[str, str]]:
    return [(output["OutputKey"], output["OutputValue"]) for output in stack.get("Outputs", [])]


def _status(cloudformation: "CloudFormationClient", name: str) -> str:
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # how CloudFormation says "no such stack"
            return _ABSENT
        raise
