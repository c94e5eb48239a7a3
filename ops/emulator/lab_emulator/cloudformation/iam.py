"""AWS::IAM::Role."""

import json

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.iam.resource_providers.aws_iam_role import IAMRoleProvider

from lab_emulator.cloudformation.resource import Model, before, done, keep, tag_changes


class RoleProvider(IAMRoleProvider):
    """Stock: an update deletes the role, and with it every AWS::IAM::Policy attached, or does nothing."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        iam, model = request.aws_client_factory.iam, keep(request, "RoleName", "Arn", "RoleId")
        name = model["RoleName"]
        document = json.dumps(model["AssumeRolePolicyDocument"])
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
        iam.update_role(
            RoleName=name,
            Description=model.get("Description") or "",
            MaxSessionDuration=int(model.get("MaxSessionDuration") or 3600),
        )
        _set_boundary(request, name)
        _set_managed_policies(request, name)
        _set_inline_policies(request, name)
        _set_tags(request, name)
        return done(model)


def _set_boundary(request: ResourceRequest[Model], role: str) -> None:
    iam = request.aws_client_factory.iam
    if boundary := request.desired_state.get("PermissionsBoundary"):
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
    elif before(request).get("PermissionsBoundary"):
        iam.delete_role_permissions_boundary(RoleName=role)


def _set_managed_policies(request: ResourceRequest[Model], role: str) -> None:
    iam = request.aws_client_factory.iam
    wanted = set(request.desired_state.get("ManagedPolicyArns") or [])
    had = set(before(request).get("ManagedPolicyArns") or [])
    for arn in sorted(wanted - had):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in sorted(had - wanted):
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)


def _set_inline_policies(request: ResourceRequest[Model], role: str) -> None:
    """Only the role's own `Policies`: those of AWS::IAM::Policy resources stay untouched."""
    iam = request.aws_client_factory.iam
    wanted = {entry["PolicyName"]: entry for entry in request.desired_state.get("Policies") or []}
    had = {entry["PolicyName"] for entry in before(request).get("Policies") or []}
    for name, entry in wanted.items():
        document = json.dumps(entry["PolicyDocument"])
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)
    for name in sorted(had - wanted.keys()):
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def _set_tags(request: ResourceRequest[Model], role: str) -> None:
    removed, added = tag_changes(request)
    if removed:
        request.aws_client_factory.iam.untag_role(RoleName=role, TagKeys=removed)
    if added:
        request.aws_client_factory.iam.tag_role(RoleName=role, Tags=added)
