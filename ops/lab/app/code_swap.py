"""Swap of the functions' code beside CloudFormation, as `cdk deploy --hotswap` does it, and its way back."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ops.lab.app.deployed_template import Template
from ops.lab.app.target import LOCAL_ACCOUNT, Target
from ops.lab.errors import DeploymentFailed
from ops.lab.waiting import eventually

# The first part of a handler of the app's own code. What the CDK adds has other code.
_OWN = "functions."
_UPDATED_WITHIN_SECONDS = 60.0
_AT_ONCE = 4


@dataclass(frozen=True)
class FunctionCodeState:
    """A function of the app: its name on Lambda, its handler, its code's CodeSha256, in base64, and when
    Lambda last changed it, code or settings."""

    name: str
    handler: str
    sha256: str
    changed_at: str = ""

    @property
    def title(self) -> str:
        """Its package below `functions`."""
        return self.handler.removeprefix(_OWN).removesuffix(".handler.handler")


def code_sha256(archive: bytes) -> str:
    """What Lambda answers as CodeSha256 of an archive, in base64."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


class CodeSwap:
    """Swaps the code of an emulator's functions. Invocations under way end with the code they began with.

    It looks at the stacks once: after a deployment another one is needed.
    """

    def __init__(self, target: Target) -> None:
        """Raises ValueError for an account: there `cdk watch` does it."""
        if target.endpoint is None:
            raise ValueError("the code of an account's functions is the CDK's to swap")
        self._target = target

    def functions(self) -> list[FunctionCodeState]:
        """Those of the app's stacks that run code of `functions/`."""
        pages = self._target.functions.get_paginator("list_functions").paginate()
        return [
            FunctionCodeState(
                each["FunctionName"], each["Handler"], each["CodeSha256"], each.get("LastModified", "")
            )
            for page in pages
            for each in page["Functions"]
            if each["FunctionName"] in self._names and each.get("Handler", "").startswith(_OWN)
        ]

    def swap(self, archive: bytes) -> list[FunctionCodeState]:
        """Give all functions this code; return those that had another, once they run it.

        Raises DeploymentFailed where Lambda does not take it.
        """
        sha256 = code_sha256(archive)
        changed = [function for function in self.functions() if function.sha256 != sha256]
        if changed:
            source = {
                "S3Bucket": self._source_of(changed[0])["S3Bucket"],
                "S3Key": f"swapped/{hashlib.sha256(archive).hexdigest()}.zip",
            }
            self._target.s3.put_object(Bucket=source["S3Bucket"], Key=source["S3Key"], Body=archive)
            try:
                self._update({function.name: source for function in changed})
            finally:  # Lambda has a copy of its own
                self._target.s3.delete_object(Bucket=source["S3Bucket"], Key=source["S3Key"])
        return changed

    def restore(self) -> list[FunctionCodeState]:
        """Give each function the code that its stack says; return those that had another."""
        others = self.others()
        self._update({function.name: self._source_of(function) for function in others})
        return others

    def others(self) -> list[FunctionCodeState]:
        """Those that run other code than their stack says."""
        functions = self.functions()
        sources = {function.name: self._source_of(function) for function in functions}
        expected = {source["S3Key"]: self._sha256_of(source) for source in sources.values()}
        return [
            function for function in functions if function.sha256 != expected[sources[function.name]["S3Key"]]
        ]

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self._listed())

    @cached_property
    def _template(self) -> Template:
        return Template(self._target)

    def _listed(self) -> Iterator[str]:
        pager = self._target.cloudformation.get_paginator("list_stack_resources")
        for stack in self._target.stacks().statuses:
            for page in pager.paginate(StackName=stack):
                for resource in page["StackResourceSummaries"]:
                    if resource["ResourceType"] == "AWS::Lambda::Function":
                        yield resource.get("PhysicalResourceId", "")

    def _source_of(self, function: FunctionCodeState) -> dict[str, str]:
        """Where its stack takes the code from: a bucket of the bootstrap, a key for each asset."""
        code: Mapping[str, Any] = self._template.properties(function.name)["Code"]
        bucket = code["S3Bucket"]
        text = str(bucket["Fn::Sub"] if isinstance(bucket, Mapping) else bucket)
        for variable, value in (("AccountId", LOCAL_ACCOUNT), ("Region", self._target.region)):
            text = text.replace(f"${{AWS::{variable}}}", value)
        return {"S3Bucket": text, "S3Key": str(code["S3Key"])}

    def _sha256_of(self, source: Mapping[str, str]) -> str:
        found = self._target.s3.get_object(Bucket=source["S3Bucket"], Key=source["S3Key"])
        return code_sha256(found["Body"].read())

    def _update(self, sources: Mapping[str, dict[str, str]]) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as beside:
            list(beside.map(self._update_one, sources, sources.values()))

    def _update_one(self, name: str, source: Mapping[str, str]) -> None:
        self._target.functions.update_function_code(
            FunctionName=name, S3Bucket=source["S3Bucket"], S3Key=source["S3Key"]
        )
        updated = eventually(
            lambda: self._target.functions.get_function_configuration(FunctionName=name),
            within=_UPDATED_WITHIN_SECONDS,
            until=lambda found: found.get("LastUpdateStatus") != "InProgress",
            every=0.05,
            what=f"the update of {name}",
        )
        if updated.get("LastUpdateStatus") == "Failed":
            raise DeploymentFailed(f"{name} has its old code: {updated.get('LastUpdateStatusReason')}")
