"""Policy evaluation: the policies that apply to a request, and the decision that they lead to."""

from dataclasses import dataclass

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision
from lab_emulator.iam.evaluation.policy_document import PolicyDocument


@dataclass(frozen=True)
class ApplicablePolicies:
    """Policies that apply to a request.

    `identity` are those of the user or role, inline and managed; a service and an anonymous caller have none.
    `resource` is the policy of the resource that the action is on: of a queue, topic, bucket, bus, function,
    key, or the trust policy of a role for `sts:AssumeRole`.
    """

    resource_account_id: str
    identity: tuple[PolicyDocument, ...] = ()
    boundary: PolicyDocument | None = None
    session: PolicyDocument | None = None
    resource: PolicyDocument | None = None


def evaluate(request: AuthorizationRequest, policies: ApplicablePolicies) -> Decision:
    """Return what `policies` say of `request`."""
    raise NotImplementedError("the order of the policies follows with the matching of statements")
