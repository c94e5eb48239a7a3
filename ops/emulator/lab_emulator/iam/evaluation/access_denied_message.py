"""Access denied message: a decision in the words of AWS.

Source: IAM user guide, "Troubleshoot access denied error messages". Some services write their own.
"""

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision, Outcome, PolicyKind
from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind

_IN = {
    PolicyKind.IDENTITY: "an identity-based policy",
    PolicyKind.RESOURCE: "a resource-based policy",
    PolicyKind.BOUNDARY: "a permissions boundary",
    PolicyKind.SESSION: "a session policy",
    PolicyKind.TRUST: "the role trust policy",
}


def access_denied_message(request: AuthorizationRequest, decision: Decision) -> str:
    """Return the message of a decision that denies; raises ValueError for one that allows."""
    if decision.is_allowed:
        raise ValueError(f"{request.action} is allowed, and has no message")
    caller = _name_of(request.principal)
    resource = "" if request.resource == "*" else f" on resource: {request.resource}"
    denied = f"User: {caller} is not authorized to perform: {request.action}{resource}"
    if decision.outcome is Outcome.EXPLICIT_DENY:
        return f"{denied} with an explicit deny in {_IN[decision.by]}"
    return f"{denied} because no {decision.by} allows the {request.action} action"


def _name_of(principal: Principal) -> str:
    return "anonymous" if principal.kind is PrincipalKind.ANONYMOUS else principal.arn
