"""The toolkit stack on an emulator: deployed once, from the template of the CDK's command line."""

from typing import Any

import pytest

from ops.lab.app import stacks
from ops.lab.app.target import Target
from ops.lab.deployment import toolkit_stack
from ops.lab.errors import DeploymentFailed


class CloudFormation:
    """As far as a bootstrap calls it. `status` is what the stack comes to."""

    def __init__(self, status: str = "CREATE_COMPLETE") -> None:
        self.status = status
        self.created: list[dict[str, Any]] = []
        self._looks = iter(["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS"])

    def create_stack(self, **request: Any) -> None:
        self.created.append(request)

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        return {"Stacks": [{"StackStatus": next(self._looks, self.status)}]}


def target_of(
    monkeypatch: pytest.MonkeyPatch, cloudformation: CloudFormation, *, stands: bool = False
) -> Target:
    target = Target.running("http://127.0.0.1:9")
    monkeypatch.setattr(target, "cloudformation", cloudformation, raising=False)
    monkeypatch.setattr(target, "identity", dict)
    monkeypatch.setattr(toolkit_stack, "is_bootstrapped", lambda _: stands)
    monkeypatch.setattr(toolkit_stack, "delete_broken_toolkit", lambda _: None)
    return target


def test_it_is_deployed_with_what_the_command_line_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    cloudformation = CloudFormation()
    assert toolkit_stack.bootstrap(target_of(monkeypatch, cloudformation))
    (request,) = cloudformation.created
    assert request["StackName"] == stacks.TOOLKIT_STACK
    given = {each["ParameterKey"]: each["ParameterValue"] for each in request["Parameters"]}
    assert given["FileAssetsBucketKmsKeyId"] == "AWS_MANAGED_KEY"
    assert all(f"  {name}:" in request["TemplateBody"] for name in given)
    assert "StagingBucket" in request["TemplateBody"]


def test_where_it_stands_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    cloudformation = CloudFormation()
    assert not toolkit_stack.bootstrap(target_of(monkeypatch, cloudformation, stands=True))
    assert cloudformation.created == []


def test_one_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeploymentFailed, match="CDKToolkit is ROLLBACK_COMPLETE"):
        toolkit_stack.bootstrap(target_of(monkeypatch, CloudFormation("ROLLBACK_COMPLETE")))
