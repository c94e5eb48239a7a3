"""Principal element: whom a statement of a resource's policy names, and how directly it names a caller.

Source: IAM user guide, "AWS JSON policy elements: Principal" and "NotPrincipal".
"""

from dataclasses import dataclass
from enum import IntEnum

from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind


class Naming(IntEnum):
    """How directly a caller is named; the higher, the less of its own policies counts."""

    NOT_NAMED = 0
    BY_ACCOUNT = 1
    """Its account is named, which leaves the decision to the account's policies."""
    BY_ROLE = 2
    """The role of a session is named: the role's boundary and the session's policy still limit it."""
    ITSELF = 3
    """The caller itself is named, or everyone."""


@dataclass(frozen=True)
class PrincipalElement:
    """`Principal`, or `NotPrincipal` where `is_negated`, by the types of its entries.

    `aws` has ARNs, and "*"; an account is there as the ARN of its root.
    """

    is_negated: bool
    aws: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()
    canonical_users: frozenset[str] = frozenset()

    def naming(self, principal: Principal) -> Naming:
        """Tell how `principal` is named. `NotPrincipal` names everyone that it does not list, in any way."""
        listed = self._listed(principal)
        if self.is_negated:
            return Naming.ITSELF if listed is Naming.NOT_NAMED else Naming.NOT_NAMED
        return listed

    def _listed(self, principal: Principal) -> Naming:
        if "*" in self.aws or principal.arn in self.aws:
            return Naming.ITSELF
        if principal.kind is PrincipalKind.SERVICE:
            return _itself(principal.service in self.services or "*" in self.services)
        if principal.kind is PrincipalKind.FEDERATED:
            return _itself(principal.arn in self.federated or "*" in self.federated)
        if principal.canonical_user and principal.canonical_user in self.canonical_users:
            return Naming.ITSELF
        if principal.role_arn and principal.role_arn in self.aws:
            return Naming.BY_ROLE
        if principal.account_root and principal.account_root in self.aws:
            return Naming.BY_ACCOUNT
        return Naming.NOT_NAMED


def _itself(is_named: bool) -> Naming:
    return Naming.ITSELF if is_named else Naming.NOT_NAMED
