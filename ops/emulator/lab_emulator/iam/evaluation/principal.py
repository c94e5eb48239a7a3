"""Principal: who makes a call."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class PrincipalKind(Enum):
    """How a caller was authenticated, which decides the policies that are asked."""

    ROOT = "root"
    """The account's root user."""
    USER = "user"
    """An IAM user with its own credentials."""
    ROLE_SESSION = "role session"
    """A session of a role: a caller with its temporary credentials, such as a function."""
    FEDERATED = "federated"
    """The bearer of a token of an identity provider, before it has assumed a role."""
    SERVICE = "service"
    """An AWS service that acts for itself, such as `events.amazonaws.com`."""
    ANONYMOUS = "anonymous"
    """A call without a signature."""


@dataclass(frozen=True)
class Principal:
    """Caller of one request.

    `arn` is what AWS's messages name: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` for a session,
    the provider's ARN or host for FEDERATED, the service's name for SERVICE, "*" for ANONYMOUS.
    `role_arn` is the role of a session (with its path), `service` the principal of a service,
    `canonical_user` the ID by which bucket policies may name an account. `account_id` is empty where there is
    no account: a service, an anonymous call.
    """

    arn: str
    account_id: str
    kind: PrincipalKind
    role_arn: str | None = None
    service: str | None = None
    canonical_user: str | None = None

    @cached_property
    def account_root(self) -> str | None:
        """ARN by which policies name its account; None where it has none."""
        if not self.account_id:
            return None
        partition = self.arn.split(":", 2)[1] if self.arn.startswith("arn:") else "aws"
        return f"arn:{partition}:iam::{self.account_id}:root"
