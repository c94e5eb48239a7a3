"""Toolkit stack of the CDK, deployed to an emulator without its command line.

`cdk bootstrap` takes seconds to start, and deploys one template, which may be deployed by any other tool:
https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""

from ops.lab.app.stack_status import StackCondition, condition_of, is_updatable
from ops.lab.app.stacks import TOOLKIT_STACK, delete_broken_toolkit, is_bootstrapped
from ops.lab.app.target import Target
from ops.lab.deployment.cdk_cli import INFRA
from ops.lab.errors import DeploymentFailed
from ops.lab.repository import SETUP_HINT
from ops.lab.waiting import eventually

_TEMPLATE = INFRA / "node_modules" / "aws-cdk" / "lib" / "api" / "bootstrap" / "bootstrap-template.yaml"
# What the command line passes by default, where that is not the template's own default.
_PARAMETERS = {
    "CloudFormationExecutionPolicies": "arn:aws:iam::aws:policy/AdministratorAccess",
    "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY",
}
_DEPLOYED_WITHIN_SECONDS = 180.0


def bootstrap(target: Target) -> bool:
    """Deploy the stack to the running lab; return False where it stands already.

    Raises DeploymentFailed, and Refused for an account.
    """
    if is_bootstrapped(target.cloudformation):
        return False
    if not _TEMPLATE.is_file():
        raise DeploymentFailed("the CDK's command line is not installed", hint=SETUP_HINT)
    target.identity()
    delete_broken_toolkit(target.cloudformation)
    target.cloudformation.create_stack(
        StackName=TOOLKIT_STACK,
        TemplateBody=_TEMPLATE.read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in _PARAMETERS.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    status = eventually(
        lambda: target.cloudformation.describe_stacks(StackName=TOOLKIT_STACK)["Stacks"][0]["StackStatus"],
        within=_DEPLOYED_WITHIN_SECONDS,
        until=lambda status: condition_of(status) is not StackCondition.AT_WORK,
        every=0.1,
        what="the end of the bootstrap",
    )
    if not is_updatable(status):
        raise DeploymentFailed(f"stack {TOOLKIT_STACK} is {status}", hint="see the emulator's log")
    return True
