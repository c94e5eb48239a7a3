"""Deployed template: what it says of a resource, whatever has been changed by hand since."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ops.lab.app.target import Target
from ops.lab.errors import NotUp


class Template:
    """The templates of the app's stacks. `cdk deploy` does not undo a change by hand: it never sees it."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def properties(self, physical_id: str) -> Mapping[str, Any]:
        """The properties of the resource with this physical id. Raises NotUp where no stack has it."""
        if physical_id not in self._by_physical_id:
            raise NotUp(f"no stack of the app has the resource {physical_id}", hint="lab status")
        return self._by_physical_id[physical_id]

    @cached_property
    def _by_physical_id(self) -> dict[str, Mapping[str, Any]]:
        found = {}
        for stack in self._target.stacks().statuses:
            body: Any = self._target.cloudformation.get_template(StackName=stack)["TemplateBody"]
            pages = self._target.cloudformation.get_paginator("list_stack_resources").paginate(
                StackName=stack
            )
            for resource in (resource for page in pages for resource in page["StackResourceSummaries"]):
                declared = body["Resources"].get(resource["LogicalResourceId"], {})
                found[resource.get("PhysicalResourceId", "")] = declared.get("Properties", {})
        return found
