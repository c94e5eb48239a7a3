"""Callers of the cases, the pages they follow, and policies written short."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.policy_document import PolicyDocument
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
ACTION = f"{GUIDE}reference_policies_elements_action.html"
NOT_ACTION = f"{GUIDE}reference_policies_elements_notaction.html"
RESOURCE = f"{GUIDE}reference_policies_elements_resource.html"
NOT_RESOURCE = f"{GUIDE}reference_policies_elements_notresource.html"
PRINCIPAL = f"{GUIDE}reference_policies_elements_principal.html"
NOT_PRINCIPAL = f"{GUIDE}reference_policies_elements_notprincipal.html"
CONDITION = f"{GUIDE}reference_policies_elements_condition.html"
OPERATORS = f"{GUIDE}reference_policies_elements_condition_operators.html"
SEVERAL_VALUES = f"{GUIDE}reference_policies_condition-logic-multiple-context-keys-or-values.html"
SETS = f"{GUIDE}reference_policies_condition-single-vs-multi-valued-context-keys.html"
SET_EXAMPLES = f"{GUIDE}reference_policies_condition_examples-multi-valued-context-keys.html"
VARIABLES = f"{GUIDE}reference_policies_variables.html"
GRAMMAR = f"{GUIDE}reference_policies_grammar.html"
LOGIC = f"{GUIDE}reference_policies_evaluation-logic_policy-eval-denyallow.html"
ONE_ACCOUNT = f"{GUIDE}reference_policies_evaluation-logic_policy-eval-basics.html"
ACROSS_ACCOUNTS = f"{GUIDE}reference_policies_evaluation-logic-cross-account.html"
INTERPLAY = f"{GUIDE}reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html"
BOUNDARIES = f"{GUIDE}access_policies_boundaries.html"
SESSION_POLICIES = f"{GUIDE}access_policies.html#policies_session"
MESSAGES = f"{GUIDE}troubleshoot_access-denied.html"

ACCOUNT, OTHER_ACCOUNT = "123456789012", "999999999999"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/i-0"
BOB = f"arn:aws:iam::{ACCOUNT}:user/Bob"

USER = Principal(BOB, ACCOUNT, PrincipalKind.USER)
WORKER = Principal(SESSION, ACCOUNT, PrincipalKind.ROLE_SESSION, role_arn=ROLE)
ROOT = Principal(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, PrincipalKind.ROOT)
ANONYMOUS = Principal("*", "", PrincipalKind.ANONYMOUS)
STRANGER = Principal(f"arn:aws:iam::{OTHER_ACCOUNT}:user/Eve", OTHER_ACCOUNT, PrincipalKind.USER)
OTHER_ROOT = Principal(f"arn:aws:iam::{OTHER_ACCOUNT}:root", OTHER_ACCOUNT, PrincipalKind.ROOT)

Json = Mapping[str, Any]


def service(name: str) -> Principal:
    """Return the principal of a service, such as `sns.amazonaws.com`."""
    return Principal(name, "", PrincipalKind.SERVICE, service=name)


def federated(provider: str) -> Principal:
    """Return the bearer of a token of `provider`."""
    return Principal(provider, "", PrincipalKind.FEDERATED)


def policy(*statements: Json, version: str = "2012-10-17") -> PolicyDocument:
    """Return the policy of these statements."""
    return PolicyDocument.parse(json.dumps({"Version": version, "Statement": statements}))


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> Json:
    """Return a statement that allows; `more` are its other elements."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> Json:
    """Return a statement that denies."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def context_of(values: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return condition keys as a request has them."""
    return {
        key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in values.items()
    }


def covers(
    statement: Json,
    action: str = "s3:GetObject",
    resource: str = "arn:aws:s3:::bucket/key",
    context: Mapping[str, str | Sequence[str]] | None = None,
    version: str = "2012-10-17",
) -> bool:
    """Tell whether `statement` is about the request of a user who is allowed nothing else."""
    request = AuthorizationRequest(USER, action, resource, context_of(context or {}))
    policies = ApplicablePolicies(ACCOUNT, identity=(policy(statement, version=version),))
    return evaluate(request, policies).is_allowed
