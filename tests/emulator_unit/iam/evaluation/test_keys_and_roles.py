"""Key policies and roles' trust policies, which must allow what they are asked for."""

from dataclasses import dataclass

import pytest

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Outcome, PolicyKind
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from lab_emulator.iam.evaluation.principal import Principal
from tests.emulator_unit.iam.evaluation.callers import (
    ACCOUNT,
    ANONYMOUS,
    BOB,
    GUIDE,
    LOGIC,
    PRINCIPAL,
    ROLE,
    ROOT,
    STRANGER,
    USER,
    WORKER,
    Json,
    allow,
    context_of,
    deny,
    federated,
    policy,
    service,
)

KEYS = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
DEFAULT_KEY_POLICY = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
ASSUME_ROLE = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"
CONFUSED_DEPUTY = f"{GUIDE}confused-deputy.html"
WEB_IDENTITY = f"{GUIDE}id_roles_create_for-idp_oidc.html"
SERVICE_ROLES = f"{GUIDE}id_roles_create_for-service.html"

ALLOWED, EXPLICIT, IMPLICIT = Outcome.ALLOWED, Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY
IDENTITY, RESOURCE, TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ACCOUNT_ROOT = f"arn:aws:iam::{ACCOUNT}:root"
DEFAULT = (allow("kms:*", Principal={"AWS": ACCOUNT_ROOT}),)
USERS = (*DEFAULT, allow(["kms:Decrypt", "kms:Encrypt"], Principal={"AWS": [ROLE, BOB]}))
BOB_ALONE = (allow("kms:*", Principal={"AWS": BOB}),)
SQS_ITSELF = (allow(["kms:GenerateDataKey*", "kms:Decrypt"], Principal={"Service": "events.amazonaws.com"}),)
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
NOTHING_OF_KMS = (allow("sqs:*"),)


@dataclass(frozen=True)
class KeyCase:
    """Caller of `kms:Decrypt`, the key's policy and its own, and what AWS says on a page."""

    page: str
    caller: Principal
    key: tuple[Json, ...] | None
    outcome: Outcome
    by: PolicyKind
    identity: tuple[Json, ...] = ()
    boundary: tuple[Json, ...] | None = None


@pytest.mark.parametrize(
    "case",
    [
        KeyCase(DEFAULT_KEY_POLICY, WORKER, DEFAULT, ALLOWED, IDENTITY, (allow("kms:Decrypt", KEY),)),
        KeyCase(DEFAULT_KEY_POLICY, WORKER, DEFAULT, IMPLICIT, IDENTITY),
        KeyCase(DEFAULT_KEY_POLICY, ROOT, DEFAULT, ALLOWED, RESOURCE),
        KeyCase(KEYS, WORKER, BOB_ALONE, IMPLICIT, RESOURCE, (allow(),)),
        KeyCase(KEYS, WORKER, None, IMPLICIT, RESOURCE, (allow(),)),
        KeyCase(KEYS, ROOT, BOB_ALONE, IMPLICIT, RESOURCE),
        KeyCase(KEYS, USER, BOB_ALONE, ALLOWED, RESOURCE),
        KeyCase(KEYS, USER, BOB_ALONE, EXPLICIT, IDENTITY, (deny("kms:*"),)),
        KeyCase(KEYS, WORKER, USERS, ALLOWED, RESOURCE),
        KeyCase(KEYS, WORKER, (*DEFAULT, deny("kms:*", Principal="*")), EXPLICIT, RESOURCE, (allow(),)),
        KeyCase(KEYS, ROOT, (*DEFAULT, deny("kms:*", Principal="*")), EXPLICIT, RESOURCE),
        KeyCase(LOGIC, WORKER, USERS, IMPLICIT, PolicyKind.BOUNDARY, (allow(),), NOTHING_OF_KMS),
        KeyCase(LOGIC, WORKER, DEFAULT, IMPLICIT, PolicyKind.BOUNDARY, (allow(),), NOTHING_OF_KMS),
        KeyCase(KEYS, service("events.amazonaws.com"), SQS_ITSELF, ALLOWED, RESOURCE),
        KeyCase(KEYS, service("sns.amazonaws.com"), SQS_ITSELF, IMPLICIT, RESOURCE),
        KeyCase(KEYS, service("events.amazonaws.com"), DEFAULT, IMPLICIT, RESOURCE),
        KeyCase(KEYS, ANONYMOUS, DEFAULT, IMPLICIT, RESOURCE),
        KeyCase(KEYS, STRANGER, DEFAULT, IMPLICIT, RESOURCE, (allow(),)),
    ],
    ids=lambda case: f"{case.caller.kind.name}-{case.outcome.name}-{case.by.name}",
)
def test_a_key_is_used_by_leave_of_its_policy(case: KeyCase) -> None:
    policies = ApplicablePolicies(
        ACCOUNT,
        identity=tuple(policy(each) for each in case.identity),
        boundary=policy(*case.boundary) if case.boundary is not None else None,
        resource=policy(*case.key) if case.key is not None else None,
    )

    decision = evaluate(AuthorizationRequest(case.caller, "kms:Decrypt", KEY), policies)

    assert (decision.outcome, decision.by) == (case.outcome, case.by), case.page


def test_what_is_on_no_key_needs_no_key_policy() -> None:
    policies = ApplicablePolicies(ACCOUNT, identity=(policy(allow("kms:ListKeys")),))

    assert evaluate(AuthorizationRequest(WORKER, "kms:ListKeys", "*"), policies).is_allowed, KEYS


def trust(principal: object, action: object = "sts:AssumeRole", **more: object) -> Json:
    """Return a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


FROM_LAMBDA = (trust({"Service": "lambda.amazonaws.com"}),)
FROM_BOTH = (trust({"Service": ["ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com"]}),)
FROM_SCHEDULES = (
    trust(
        {"Service": "scheduler.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    ),
)
FROM_GITHUB = (
    trust(
        {"Federated": GITHUB},
        "sts:AssumeRoleWithWebIdentity",
        Condition={
            "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
            "StringLike": {"token.actions.githubusercontent.com:sub": "repo:org/repo:*"},
        },
    ),
)
MAIN = {
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": "repo:org/repo:ref:refs/heads/main",
}


@dataclass(frozen=True)
class TrustCase:
    """Caller that assumes a role, the role's trust policy, and what AWS says on a page."""

    page: str
    caller: Principal
    trust: tuple[Json, ...]
    outcome: Outcome
    by: PolicyKind
    identity: tuple[Json, ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    action: str = "sts:AssumeRole"


@pytest.mark.parametrize(
    "case",
    [
        TrustCase(SERVICE_ROLES, service("lambda.amazonaws.com"), FROM_LAMBDA, ALLOWED, TRUST),
        TrustCase(SERVICE_ROLES, service("ec2.amazonaws.com"), FROM_LAMBDA, IMPLICIT, TRUST),
        TrustCase(PRINCIPAL, service("ecs.amazonaws.com"), FROM_BOTH, ALLOWED, TRUST),
        TrustCase(PRINCIPAL, service("elasticloadbalancing.amazonaws.com"), FROM_BOTH, ALLOWED, TRUST),
        TrustCase(LOGIC, USER, FROM_LAMBDA, IMPLICIT, TRUST, (allow(),)),
        TrustCase(LOGIC, WORKER, FROM_LAMBDA, IMPLICIT, TRUST, (allow(),)),
        TrustCase(ASSUME_ROLE, USER, (trust({"AWS": BOB}),), ALLOWED, TRUST),
        TrustCase(ASSUME_ROLE, USER, (trust({"AWS": BOB}),), EXPLICIT, IDENTITY, (deny("sts:*"),)),
        TrustCase(
            ASSUME_ROLE, USER, (trust({"AWS": ACCOUNT_ROOT}),), ALLOWED, IDENTITY, (allow("sts:*", ROLE),)
        ),
        TrustCase(ASSUME_ROLE, USER, (trust({"AWS": ACCOUNT_ROOT}),), IMPLICIT, IDENTITY),
        TrustCase(
            ASSUME_ROLE,
            USER,
            (trust({"AWS": ACCOUNT_ROOT}),),
            IMPLICIT,
            IDENTITY,
            (allow("sts:*", f"{ROLE}2"),),
        ),
        TrustCase(
            ASSUME_ROLE,
            USER,
            (trust({"AWS": BOB}), {**trust("*"), "Effect": "Deny"}),
            EXPLICIT,
            TRUST,
            (allow(),),
        ),
        TrustCase(
            ASSUME_ROLE,
            USER,
            (trust({"AWS": BOB}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),),
            IMPLICIT,
            TRUST,
            (allow(),),
        ),
        TrustCase(
            ASSUME_ROLE,
            USER,
            (trust({"AWS": BOB}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),),
            ALLOWED,
            TRUST,
            (),
            (("aws:MultiFactorAuthPresent", "true"),),
        ),
        TrustCase(
            CONFUSED_DEPUTY,
            STRANGER,
            (trust({"AWS": STRANGER.account_id}, Condition={"StringEquals": {"sts:ExternalId": "12345"}}),),
            ALLOWED,
            TRUST,
            (allow("sts:AssumeRole", ROLE),),
            (("sts:ExternalId", "12345"),),
        ),
        TrustCase(
            CONFUSED_DEPUTY,
            STRANGER,
            (trust({"AWS": STRANGER.account_id}, Condition={"StringEquals": {"sts:ExternalId": "12345"}}),),
            IMPLICIT,
            TRUST,
            (allow("sts:AssumeRole", ROLE),),
            (("sts:ExternalId", "54321"),),
        ),
        TrustCase(
            CONFUSED_DEPUTY,
            service("scheduler.amazonaws.com"),
            FROM_SCHEDULES,
            ALLOWED,
            TRUST,
            (),
            (("aws:SourceAccount", ACCOUNT),),
        ),
        TrustCase(CONFUSED_DEPUTY, service("scheduler.amazonaws.com"), FROM_SCHEDULES, IMPLICIT, TRUST),
        TrustCase(
            WEB_IDENTITY,
            federated(GITHUB),
            FROM_GITHUB,
            ALLOWED,
            TRUST,
            (),
            tuple(MAIN.items()),
            "sts:AssumeRoleWithWebIdentity",
        ),
        TrustCase(
            WEB_IDENTITY,
            federated("accounts.google.com"),
            FROM_GITHUB,
            IMPLICIT,
            TRUST,
            (),
            tuple(MAIN.items()),
            "sts:AssumeRoleWithWebIdentity",
        ),
        TrustCase(
            WEB_IDENTITY,
            federated(GITHUB),
            FROM_GITHUB,
            IMPLICIT,
            TRUST,
            (),
            (("token.actions.githubusercontent.com:aud", "sts.amazonaws.com"),),
            "sts:AssumeRoleWithWebIdentity",
        ),
        TrustCase(
            WEB_IDENTITY,
            federated("accounts.google.com"),
            (trust({"Federated": "accounts.google.com"}, "sts:AssumeRoleWithWebIdentity"),),
            ALLOWED,
            TRUST,
            (),
            (),
            "sts:AssumeRoleWithWebIdentity",
        ),
    ],
    ids=lambda case: f"{case.caller.kind.name}-{case.outcome.name}-{case.by.name}",
)
def test_a_role_is_assumed_by_leave_of_its_trust_policy(case: TrustCase) -> None:
    request = AuthorizationRequest(case.caller, case.action, ROLE, context_of(dict(case.context)))
    policies = ApplicablePolicies(
        ACCOUNT, identity=tuple(policy(each) for each in case.identity), resource=policy(*case.trust)
    )

    decision = evaluate(request, policies)

    assert (decision.outcome, decision.by) == (case.outcome, case.by), case.page
