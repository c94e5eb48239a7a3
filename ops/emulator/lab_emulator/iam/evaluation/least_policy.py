"""Least policy: the smallest policy that allows what was seen, and the statement that a denied call lacks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision, Outcome, PolicyKind
from lab_emulator.iam.evaluation.policy_grammar import WITH_VARIABLES
from lab_emulator.iam.evaluation.principal import PrincipalKind

_EVERYTHING = "*"
_SOURCE_KEYS = {
    "aws:sourcearn": ("ArnEquals", "aws:SourceArn"),
    "aws:sourceaccount": ("StringEquals", "aws:SourceAccount"),
}


def least_policy(seen: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the policy of an identity that allows each `(action, resource)` of `seen`, and little else.

    Actions of a service with the same resources share a statement. Names that calls make up as they go are
    left open: an object's key in its bucket, a stream in its log group, an execution of its state machine.
    A call on no resource needs "*".
    """
    resources: dict[str, set[str]] = defaultdict(set)
    for action, resource in seen:
        resources[action].add(with_open_name(resource))
    actions: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for action, found in resources.items():
        on = (_EVERYTHING,) if _EVERYTHING in found else tuple(sorted(found))
        actions[action.partition(":")[0], on].append(action)
    statements = [
        {"Effect": "Allow", "Action": _one_or_more(sorted(named)), "Resource": _one_or_more(on)}
        for (_service, on), named in sorted(actions.items())
    ]
    return {"Version": WITH_VARIABLES, "Statement": statements}


def with_open_name(arn: str, *, keeps_folder: bool = False) -> str:
    """Return the ARN with a wildcard for what a call made up: an object's key, a log stream, an execution.

    With `keeps_folder` only the last part of an object's key is open, without it the whole key.
    """
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return arn
    service, name = parts[2], parts[5]
    if service == "s3" and "/" in name:
        kept = name.rpartition("/")[0] if keeps_folder else name.partition("/")[0]
        name = f"{kept}/*"
    elif service == "logs" and ":log-stream:" in name:
        name = f"{name.partition(':log-stream:')[0]}:*"
    elif service == "states" and name.startswith(("execution:", "express:")):
        name = ":".join([*name.split(":")[:2], _EVERYTHING])
    return ":".join([*parts[:5], name])


def _one_or_more(texts: Iterable[str]) -> str | list[str]:
    listed = list(texts)
    return listed[0] if len(listed) == 1 else listed


@dataclass(frozen=True)
class MissingStatement:
    """Statement that would allow a request, and the kind of policy that lacks it."""

    policy: PolicyKind
    statement: dict[str, Any]


def missing_statement(request: AuthorizationRequest, decision: Decision) -> MissingStatement | None:
    """Return what an implicitly denied request lacks.

    None where nothing is missing: it is allowed, or a statement denies it, and that one has to go.
    """
    if decision.outcome is not Outcome.IMPLICIT_DENY:
        return None
    statement: dict[str, Any] = {"Effect": "Allow"}
    if decision.by in (PolicyKind.RESOURCE, PolicyKind.TRUST):
        statement["Principal"] = _principal(request)
    statement["Action"] = request.action
    if decision.by is not PolicyKind.TRUST:
        statement["Resource"] = request.resource
    if request.principal.kind is PrincipalKind.SERVICE and (conditions := _source(request)):
        statement["Condition"] = conditions
    return MissingStatement(decision.by, statement)


def _principal(request: AuthorizationRequest) -> str | dict[str, str]:
    principal = request.principal
    if principal.kind is PrincipalKind.SERVICE:
        return {"Service": principal.service or principal.arn}
    if principal.kind is PrincipalKind.FEDERATED:
        return {"Federated": principal.arn}
    if principal.kind is PrincipalKind.ANONYMOUS:
        return _EVERYTHING
    return {"AWS": principal.role_arn or principal.arn}


def _source(request: AuthorizationRequest) -> dict[str, dict[str, str]]:
    """Return conditions that keep a service to what it acts for (IAM user guide, "The confused deputy")."""
    return {
        operator: {name: values[0]}
        for key, (operator, name) in _SOURCE_KEYS.items()
        if len(values := request.context.get(key, ())) == 1
    }
