"""Authorization request: what a call asks permission for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_emulator.iam.evaluation.principal import Principal

_ASSUME_ROLE = frozenset(
    {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession"}
    | {"sts:SetSourceIdentity", "sts:SetContext"}
)


@dataclass(frozen=True)
class AuthorizationRequest:
    """One action on one resource.

    `action` is "sqs:SendMessage", `resource` an ARN, or "*" for an action that knows no resource.
    `context` has the condition keys of the request: names in lower case, each with its values; a key that the
    request does not have is absent.
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def assumes_role(self) -> bool:
        """Whether it assumes a role, whose trust policy is then the resource's policy."""
        return self.action in _ASSUME_ROLE

    @property
    def uses_key(self) -> bool:
        """Whether it is on a key of KMS, whose key policy is then the resource's policy."""
        return self.action.startswith("kms:") and ":key/" in self.resource
