"""A CloudFormation stack that a test deploys, changes and deletes."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.emulator.conftest import Emulator

TIMEOUT_SECONDS = 120
Resources = Mapping[str, Mapping[str, Any]]


class DeploymentFailed(Exception):
    """The stack did not reach the state asked for; the message lists why, resource by resource."""


@dataclass
class Stack:
    """`outputs` has the physical id of each resource under its logical id, as Ref gives it."""

    name: str
    client: Any
    outputs: dict[str, str]

    def deploy(self, resources: Resources, **outputs: Any) -> None:
        """Create the stack, or update it to exactly `resources`. `outputs` are added as intrinsics."""
        template = {
            "Resources": resources,
            "Outputs": {
                name: {"Value": value}
                for name, value in ({key: {"Ref": key} for key in resources} | outputs).items()
            },
        }
        self._execute("UPDATE" if self.outputs else "CREATE", json.dumps(template))
        described = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}

    def _execute(self, kind: str, template: str) -> None:
        """Go by a change set, as the CDK does."""
        change_set = self.client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"change-{uuid.uuid4().hex[:8]}",
            ChangeSetType=kind,
            TemplateBody=template,
            Capabilities=["CAPABILITY_IAM"],
        )["Id"]
        waited_for = self.client.describe_change_set(ChangeSetName=change_set)
        if waited_for["Status"] == "FAILED":
            raise DeploymentFailed(waited_for["StatusReason"])
        self.client.execute_change_set(ChangeSetName=change_set)
        self._expect(f"{kind}_COMPLETE")

    def delete(self) -> None:
        identifier = self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        self.client.delete_stack(StackName=self.name)
        self._expect("DELETE_COMPLETE", identifier)

    def _expect(self, wanted: str, identifier: str | None = None) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        status = "UNKNOWN_IN_PROGRESS"
        while status.endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.1)
            stack = self.client.describe_stacks(StackName=identifier or self.name)["Stacks"][0]
            status = stack["StackStatus"]
        if status != wanted:
            reasons = self._reasons(identifier or self.name)
            raise DeploymentFailed(f"{status}: {'; '.join(reasons)}")

    def _reasons(self, identifier: str) -> list[str]:
        events = self.client.describe_stack_events(StackName=identifier)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in events
            if event.get("ResourceStatusReason")
        ]


@contextmanager
def open_stack(emulator: Emulator) -> Iterator[Stack]:
    """Give a stack that is not deployed yet, and delete whatever became of it."""
    client = emulator.client("cloudformation")
    stack = Stack(f"test-{uuid.uuid4().hex[:8]}", client, {})
    try:
        yield stack
    finally:
        client.delete_stack(StackName=stack.name)


def resource(type_: str, **properties: Any) -> dict[str, Any]:
    """A resource as a template has it."""
    return {"Type": type_, "Properties": properties}
