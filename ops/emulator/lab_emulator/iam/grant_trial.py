"""Trial of a grant: what AWS would say of the calls that were seen, were the grant not there."""

import json
from typing import Any

from lab_emulator.iam.authorizer import denial, request_of
from lab_emulator.iam.call_record import RecordedCall
from lab_emulator.iam.evaluation.policy_document import PolicyDocument
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from lab_emulator.iam.policy_source import identity_policies, resource_account, resource_policy
from lab_emulator.iam.role_grants import Grant, as_list, grants, role_holders


def trials(calls: list[RecordedCall]) -> list[dict[str, Any]]:
    """One entry a grant of a function or state machine: the calls that used it, and of each `without` it.

    `allowed` says that another statement allows the call as well.
    """
    return [
        {
            "name": grant.holder.name,
            "principal": grant.holder.role_arn,
            "action": grant.action,
            "resource": list(grant.resources),
            "without": [_without(grant, call) for call in calls if grant.covers(call)],
        }
        for holder in role_holders()
        for grant in grants(holder)
    ]


def _without(grant: Grant, call: RecordedCall) -> dict[str, Any]:
    request = request_of(call.verdict)
    account = resource_account(request.resource, request.principal.account_id)
    resource = resource_policy(request.resource, request.action, account)
    rest = (_lacking(text, grant) for text in identity_policies(request.principal))
    policies = ApplicablePolicies(
        account,
        identity=tuple(PolicyDocument.parse(text) for text in rest if text),
        resource=PolicyDocument.parse(resource) if resource else None,
    )
    decision = evaluate(request, policies)
    told = {"action": request.action, "resource": call.resource, "allowed": decision.is_allowed}
    if decision.is_allowed:
        return told
    verdict = denial(request, decision)
    return told | {"message": verdict.message, "missing": verdict.missing, "policy": verdict.where}


def _lacking(text: str, grant: Grant) -> str | None:
    """The policy less one action of one statement; None where nothing is left of it."""
    document = json.loads(text)
    kept = []
    for statement in as_list(document["Statement"]):
        actions = as_list(statement.get("Action"))
        if statement == grant.statement.source and grant.action in actions:
            actions = [each for each in actions if each != grant.action]
            if not actions:
                continue
            statement = statement | {"Action": actions}
        kept.append(statement)
    return json.dumps(document | {"Statement": kept}) if kept else None
