"""Authorizer: the verdict on a call, by the policies as they are now.

What a caller's call depends on is worked out once: the policies that apply, and the condition keys that they
read. It is forgotten when any policy changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab_emulator.iam import policy_source
from lab_emulator.iam.caller import Caller
from lab_emulator.iam.condition_context import CheckedCall, Values, condition_context, is_known
from lab_emulator.iam.evaluation.access_denied_message import access_denied_message
from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision
from lab_emulator.iam.evaluation.least_policy import missing_statement
from lab_emulator.iam.evaluation.policy_document import PolicyDocument
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from lab_emulator.iam.evaluation.policy_grammar import MalformedPolicy
from lab_emulator.iam.verdict import PermissionFinding, Verdict

CAPACITY = 10_000
CONTEXTS_KEPT = 64

_Key = tuple[object, ...]


@dataclass
class _Case:
    """One caller's action on one resource: policies, the keys that they read, verdicts by their values.

    `obstacle` says why the lab cannot tell what AWS would say; it is empty where it can.
    """

    policies: ApplicablePolicies | None
    keys: tuple[str, ...] = ()
    obstacle: str = ""
    verdicts: dict[_Key, Verdict] = field(default_factory=dict)


class Authorizer:
    """Verdicts on calls. Threads share it: what one works out twice is the same."""

    def __init__(self) -> None:
        self._cases: dict[_Key, _Case] = {}

    def forget(self) -> None:
        """Ask for every policy again: some have changed."""
        self._cases = {}

    def verdict(self, checked: CheckedCall) -> Verdict:
        """Say whether the caller's action on the resource is allowed."""
        caller = checked.caller
        key = (
            caller.principal.arn,
            caller.session_policy,
            checked.action,
            checked.resource,
            caller.source_arn,
            checked.via,
        )
        cases = self._cases
        if (case := cases.get(key)) is None:
            if len(cases) >= CAPACITY:
                cases.clear()
            case = cases[key] = _case(checked)
        context = condition_context(checked, case.keys) if case.keys else {}
        values = tuple(context.items())
        if (verdict := case.verdicts.get(values)) is None:
            if len(case.verdicts) >= CONTEXTS_KEPT:
                case.verdicts.clear()
            verdict = case.verdicts[values] = _decide(checked, case, context)
        return verdict


def _case(checked: CheckedCall) -> _Case:
    try:
        policies = _applicable(checked.caller, checked)
    except MalformedPolicy as error:
        return _Case(None, obstacle=f"a policy cannot be read: {error}")
    unknown = {key for key in _keys_about(policies, checked.action) if not is_known(key)}
    if unknown:
        return _Case(
            None, obstacle=f"a policy asks for {', '.join(sorted(unknown))}, which the lab cannot tell"
        )
    return _Case(policies, keys=policies.context_keys)


def _applicable(caller: Caller, checked: CheckedCall) -> ApplicablePolicies:
    principal, account = (
        caller.principal,
        policy_source.resource_account(checked.resource, checked.call.account_id),
    )
    boundary = policy_source.boundary(principal)
    resource = policy_source.resource_policy(checked.resource, checked.action, account)
    return ApplicablePolicies(
        account,
        identity=tuple(map(PolicyDocument.parse, policy_source.identity_policies(principal))),
        boundary=PolicyDocument.parse(boundary) if boundary else None,
        session=PolicyDocument.parse(caller.session_policy) if caller.session_policy else None,
        resource=PolicyDocument.parse(resource) if resource else None,
    )


def _keys_about(policies: ApplicablePolicies, action: str) -> Iterator[str]:
    """Condition keys of the statements that are about an action."""
    for document in (*policies.identity, policies.boundary, policies.session, policies.resource):
        for statement in document.statements if document else ():
            if statement.actions.matches(action.lower()):
                yield from statement.context_keys


def _decide(checked: CheckedCall, case: _Case, context: dict[str, Values]) -> Verdict:
    about = (checked.caller.principal, checked.action, checked.resource, context)
    if case.policies is None:
        return Verdict(PermissionFinding.NOT_EVALUATED, *about, message=case.obstacle)
    request = AuthorizationRequest(*about)
    decision = evaluate(request, case.policies)
    return Verdict(PermissionFinding.ALLOWED, *about) if decision.is_allowed else denial(request, decision)


def denial(request: AuthorizationRequest, decision: Decision) -> Verdict:
    """The verdict of a decision that denies: AWS's message, and what is missing where."""
    missing = missing_statement(request, decision)
    return Verdict(
        PermissionFinding.DENIED,
        request.principal,
        request.action,
        request.resource,
        request.context,
        message=access_denied_message(request, decision),
        missing=missing.statement if missing else None,
        where=str(decision.by),
    )


def request_of(verdict: Verdict) -> AuthorizationRequest:
    """The request that a verdict is about."""
    return AuthorizationRequest(verdict.principal, verdict.action, verdict.resource, verdict.context)
