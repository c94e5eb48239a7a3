"""The app's CloudFormation stacks in an account: their states and their outputs."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ops.lab.errors import NotUp

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

TOOLKIT_STACK = "CDKToolkit"
_APP_STACK = re.compile(r"IngestionLab-([^-]+)-")
_ABSENT = "ABSENT"
_USABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


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
        return [name for name, status in self.statuses.items() if status not in _USABLE]


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
    return _status(cloudformation, TOOLKIT_STACK) in _USABLE


def delete_broken_toolkit(cloudformation: "CloudFormationClient") -> None:
    """Delete what an interrupted bootstrap left, which another bootstrap cannot build on."""
    if _status(cloudformation, TOOLKIT_STACK) not in _USABLE | {_ABSENT}:
        _delete(cloudformation, TOOLKIT_STACK)


def delete_broken(cloudformation: "CloudFormationClient", env_name: str) -> list[str]:
    """Delete the environment's stacks if one is broken, dependants first; return what was deleted.

    All of them: a stack that others import from cannot be replaced alone.
    """
    stacks = find_stacks(cloudformation, env_name)
    if not stacks.broken:
        return []
    dependants_first = list(reversed(stacks.statuses))
    for name in dependants_first:
        _delete(cloudformation, name)
    return dependants_first


def _delete(cloudformation: "CloudFormationClient", name: str) -> None:
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def _outputs(stack: "StackTypeDef") -> list[tuple[str, str]]:
    return [(output["OutputKey"], output["OutputValue"]) for output in stack.get("Outputs", [])]


def _status(cloudformation: "CloudFormationClient", name: str) -> str:
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # how CloudFormation says "no such stack"
            return _ABSENT
        raise
