"""Deployments of the app in a span: which stacks were created or updated when, from their own events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef, StackTypeDef

_STACK = "AWS::CloudFormation::Stack"
# Never updated: all that its events would tell is known.
_FIRST = ("CREATE_", "ROLLBACK_")
# `cdk deploy` takes one stack after another: what follows within so many seconds is the same deployment.
_TOGETHER_SECONDS = 60.0


@dataclass(frozen=True)
class DeployedStacks:
    """Stacks that were deployed together, from `begins` to `ends` (epoch seconds), and how each ended."""

    begins: float
    ends: float
    outcomes: tuple[str, ...]


class DeploymentHistory:
    """Remembers the events of a stack until it is changed again: they are asked for once a deployment."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, list[DeployedStacks]]] = {}

    def read(self, target: Target, begin: float) -> list[DeployedStacks]:
        """One call of DescribeStacks, and one of DescribeStackEvents for each stack updated since `begin`."""
        prefix = f"IngestionLab-{target.env_name}-"
        pages = target.cloudformation.get_paginator("describe_stacks").paginate()
        stacks = [stack for page in pages for stack in page["Stacks"]]
        found = [
            each
            for stack in stacks
            if stack["StackName"].startswith(prefix) and _changed(stack).timestamp() >= begin
            for each in self._of(target, stack, stack["StackName"].removeprefix(prefix), begin)
        ]
        return together(each for each in found if each.ends >= begin)

    def _of(self, target: Target, stack: "StackTypeDef", name: str, begin: float) -> list[DeployedStacks]:
        if str(stack["StackStatus"]).startswith(_FIRST):
            created = stack["CreationTime"].timestamp()
            return [DeployedStacks(created, created, (f"{name} {stack['StackStatus']}",))]
        version = (stack.get("StackId"), stack["StackStatus"], _changed(stack))
        if stack["StackName"] not in self._known or self._known[stack["StackName"]][0] != version:
            self._known[stack["StackName"]] = (version, _rounds(_events(target, stack, begin), name))
        return self._known[stack["StackName"]][1]


def _changed(stack: "StackTypeDef") -> datetime:
    return stack.get("LastUpdatedTime") or stack["CreationTime"]


def _events(target: Target, stack: "StackTypeDef", begin: float) -> list["StackEventTypeDef"]:
    """The events of the stack itself, the oldest first; CloudFormation gives them the newest first."""
    found: list[StackEventTypeDef] = []
    pages = target.cloudformation.get_paginator("describe_stack_events").paginate(
        StackName=stack["StackName"]
    )
    try:
        for page in pages:
            found += [each for each in page["StackEvents"] if each.get("ResourceType") == _STACK]
            if page["StackEvents"] and page["StackEvents"][-1]["Timestamp"].timestamp() < begin:
                break
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":  # it was deleted meanwhile
            raise
    own = [each for each in found if each.get("LogicalResourceId") == stack["StackName"]]
    return sorted(own, key=lambda each: each["Timestamp"])


def _rounds(events: Sequence["StackEventTypeDef"], name: str) -> list[DeployedStacks]:
    """Each from the first event in progress to the one that ends it; one that is under way has not ended."""
    found: list[DeployedStacks] = []
    begun = False
    for event in events:
        at, status = event["Timestamp"].timestamp(), str(event["ResourceStatus"])
        if begun:
            found[-1] = replace(found[-1], ends=at, outcomes=(f"{name} {status}",))
        else:
            found.append(DeployedStacks(at, at, (f"{name} {status}",)))
        begun = status.endswith("_IN_PROGRESS")
    return found


def together(deployed: Iterable[DeployedStacks]) -> list[DeployedStacks]:
    """Those that follow each other closely as one, the oldest first."""
    found: list[DeployedStacks] = []
    for each in sorted(deployed, key=lambda one: one.begins):
        if found and each.begins - found[-1].ends <= _TOGETHER_SECONDS:
            last = found[-1]
            found[-1] = replace(
                last, ends=max(last.ends, each.ends), outcomes=(*last.outcomes, *each.outcomes)
            )
        else:
            found.append(each)
    return found
