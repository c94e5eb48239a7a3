"""Decision: what the policies say of a request, and which of them says it."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from lab_emulator.iam.evaluation.statement import Statement


class Outcome(Enum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicit deny"
    IMPLICIT_DENY = "implicit deny"


class PolicyKind(StrEnum):
    """Kinds of policies, in the words of AWS's access denied messages."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    TRUST = "role trust policy"
    NONE = "account root user"
    """No policy is needed: the account's root user may do everything."""


@dataclass(frozen=True)
class Decision:
    """Outcome of one request.

    `by` is the kind of policy that decided: that denies or allows, or that lacks an allow.
    `statement` is the one that denied or allowed; None for an implicit deny and for the root user.
    """

    outcome: Outcome
    by: PolicyKind
    statement: Statement | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.outcome is Outcome.ALLOWED
