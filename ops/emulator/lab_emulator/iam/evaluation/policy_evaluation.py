"""Policy evaluation: the policies that apply to a request, and the decision that they lead to.

Sources: IAM user guide, "How AWS enforcement code logic evaluates requests to allow or deny access", "Policy
evaluation for requests within a single account", "Cross-account policy evaluation logic", "Permissions
boundaries for IAM entities"; AWS KMS developer guide, "Key policies in AWS KMS".
"""

from dataclasses import dataclass
from functools import lru_cache

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision, Outcome, PolicyKind
from lab_emulator.iam.evaluation.policy_document import PolicyDocument
from lab_emulator.iam.evaluation.principal import PrincipalKind
from lab_emulator.iam.evaluation.principal_element import Naming
from lab_emulator.iam.evaluation.statement import Statement

_WITHOUT_PERMISSION = frozenset({"sts:GetCallerIdentity"})
"""What needs no permission, and is done in spite of an explicit deny (API reference of STS)."""

_ROOT_KEEPS = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})
"""What a bucket's root user may do "even if their bucket policy explicitly denies" it (API reference)."""

_IDENTITIES = (PrincipalKind.USER, PrincipalKind.ROLE_SESSION)


@dataclass(frozen=True)
class ApplicablePolicies:
    """Policies that apply to a request.

    `identity` are those of the user or role, inline and managed; a service and an anonymous caller have none.
    `resource` is the policy of the resource that the action is on: of a queue, topic, bucket, bus, function,
    key, or the trust policy of a role for `sts:AssumeRole`. A key and a role always have one: without it
    no principal may use them, not even the account's root user a key.
    """

    resource_account_id: str
    identity: tuple[PolicyDocument, ...] = ()
    boundary: PolicyDocument | None = None
    session: PolicyDocument | None = None
    resource: PolicyDocument | None = None

    @property
    def context_keys(self) -> tuple[str, ...]:
        """The condition keys that any of them reads, in lower case and in order."""
        return _context_keys((*self.identity, self.boundary, self.session, self.resource))


@lru_cache(maxsize=1024)
def _context_keys(documents: tuple[PolicyDocument | None, ...]) -> tuple[str, ...]:
    return tuple(sorted(frozenset().union(*(each.context_keys for each in documents if each))))


def evaluate(request: AuthorizationRequest, policies: ApplicablePolicies) -> Decision:
    """Return what `policies` say of `request`."""
    if request.action in _WITHOUT_PERMISSION:
        return Decision(Outcome.ALLOWED, PolicyKind.NONE)
    if denied := _explicit_deny(request, policies):
        return denied
    kind = request.principal.kind
    if kind is PrincipalKind.ROOT:
        return _of_root(request, policies)
    naming, granting = _naming(request, policies)
    if kind not in _IDENTITIES:
        return _allowed_by_resource(request, granting)
    if request.principal.account_id != policies.resource_account_id:
        return _across_accounts(request, policies, granting)
    if naming is Naming.ITSELF:
        return _allowed_by_resource(request, granting)
    if naming is Naming.BY_ROLE:
        return _limited(request, policies) or _allowed_by_resource(request, granting)
    if naming is Naming.NOT_NAMED and _resource_must_allow(request):
        return Decision(Outcome.IMPLICIT_DENY, _resource_kind(request))
    return _of_identity(request, policies)


def _explicit_deny(request: AuthorizationRequest, policies: ApplicablePolicies) -> Decision | None:
    for document in policies.identity:
        if statement := document.denying(request):
            return Decision(Outcome.EXPLICIT_DENY, PolicyKind.IDENTITY, statement)
    if policies.resource is not None:
        has_boundary = policies.boundary is not None and request.principal.kind in _IDENTITIES
        if statement := policies.resource.denying_caller(request, has_boundary=has_boundary):
            keeps = request.principal.kind is PrincipalKind.ROOT and request.action in _ROOT_KEEPS
            return None if keeps else Decision(Outcome.EXPLICIT_DENY, _resource_kind(request), statement)
    if policies.boundary is not None and (statement := policies.boundary.denying(request)):
        return Decision(Outcome.EXPLICIT_DENY, PolicyKind.BOUNDARY, statement)
    if policies.session is not None and (statement := policies.session.denying(request)):
        return Decision(Outcome.EXPLICIT_DENY, PolicyKind.SESSION, statement)
    return None


def _of_root(request: AuthorizationRequest, policies: ApplicablePolicies) -> Decision:
    """Decide for the root user, who "has full access" to its account, but to keys by their policies."""
    owns = request.principal.account_id == policies.resource_account_id
    if owns and not request.uses_key:
        return Decision(Outcome.ALLOWED, PolicyKind.NONE)
    return _allowed_by_resource(request, _naming(request, policies)[1])


def _naming(request: AuthorizationRequest, policies: ApplicablePolicies) -> tuple[Naming, Statement | None]:
    if policies.resource is None:
        return Naming.NOT_NAMED, None
    return policies.resource.granting(request)


def _allowed_by_resource(request: AuthorizationRequest, granting: Statement | None) -> Decision:
    outcome = Outcome.IMPLICIT_DENY if granting is None else Outcome.ALLOWED
    return Decision(outcome, _resource_kind(request), granting)


def _of_identity(request: AuthorizationRequest, policies: ApplicablePolicies) -> Decision:
    for document in policies.identity:
        if statement := document.allowing(request):
            limited = _limited(request, policies)
            return limited or Decision(Outcome.ALLOWED, PolicyKind.IDENTITY, statement)
    return Decision(Outcome.IMPLICIT_DENY, PolicyKind.IDENTITY)


def _limited(request: AuthorizationRequest, policies: ApplicablePolicies) -> Decision | None:
    """Return the implicit deny of a boundary, or of a session's policy, that does not allow the request."""
    if policies.boundary is not None and policies.boundary.allowing(request) is None:
        return Decision(Outcome.IMPLICIT_DENY, PolicyKind.BOUNDARY)
    if policies.session is not None and policies.session.allowing(request) is None:
        return Decision(Outcome.IMPLICIT_DENY, PolicyKind.SESSION)
    return None


def _across_accounts(
    request: AuthorizationRequest, policies: ApplicablePolicies, granting: Statement | None
) -> Decision:
    """Decide for a caller of another account: its own policies and the resource's must both allow."""
    decided = _of_identity(request, policies)
    return _allowed_by_resource(request, granting) if decided.is_allowed else decided


def _resource_must_allow(request: AuthorizationRequest) -> bool:
    """Tell whether a trust or a key policy is asked: they "must explicitly allow access for principals"."""
    return request.assumes_role or request.uses_key


def _resource_kind(request: AuthorizationRequest) -> PolicyKind:
    return PolicyKind.TRUST if request.assumes_role else PolicyKind.RESOURCE
