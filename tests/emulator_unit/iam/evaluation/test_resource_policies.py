"""Resource-based policies: whom they name, and what that does to a caller's own policies."""

from dataclasses import dataclass

import pytest

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Outcome, PolicyKind
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from lab_emulator.iam.evaluation.principal import Principal
from tests.emulator_unit.iam.evaluation.callers import (
    ACCOUNT,
    ACROSS_ACCOUNTS,
    ANONYMOUS,
    BOB,
    LOGIC,
    NOT_PRINCIPAL,
    OTHER_ACCOUNT,
    OTHER_ROOT,
    PRINCIPAL,
    ROLE,
    ROOT,
    SESSION,
    STRANGER,
    USER,
    WORKER,
    Json,
    allow,
    context_of,
    deny,
    policy,
)

ALLOWED, EXPLICIT, IMPLICIT = Outcome.ALLOWED, Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY
IDENTITY, RESOURCE, BOUNDARY = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.BOUNDARY
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"
ACCOUNT_ROOT = f"arn:aws:iam::{ACCOUNT}:root"
EVERYONE_BUT_BOB = {"ArnNotEquals": {"aws:PrincipalArn": BOB}}
NOTHING_OF_SQS = (allow("sns:*"),)
S3_ROOT = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html"


def to(name: object, **more: object) -> Json:
    """Return a statement of a queue's policy that allows everything to `name`."""
    return allow("sqs:*", QUEUE, Principal=name if name == "*" else {"AWS": name}, **more)


def against(name: object, **more: object) -> Json:
    """Return a statement that denies everything to `name`."""
    return {**to(name, **more), "Effect": "Deny"}


def against_all_but(*names: str) -> Json:
    """Return a statement that denies everything to everyone else."""
    return {"Effect": "Deny", "NotPrincipal": {"AWS": list(names)}, "Action": "sqs:*", "Resource": QUEUE}


@dataclass(frozen=True)
class ResourcePolicyCase:
    """Caller of `sqs:SendMessage`, the policies of the queue and its own, and what AWS says on a page."""

    page: str
    caller: Principal
    resource: tuple[Json, ...]
    outcome: Outcome
    by: PolicyKind
    identity: tuple[Json, ...] = ()
    boundary: tuple[Json, ...] | None = None
    session: tuple[Json, ...] | None = None


CASES = [
    # Either of both allows, and any deny denies.
    ResourcePolicyCase(LOGIC, USER, (to(BOB),), ALLOWED, RESOURCE),
    ResourcePolicyCase(LOGIC, USER, (to(f"{BOB}2"),), ALLOWED, IDENTITY, (allow(),)),
    ResourcePolicyCase(LOGIC, USER, (to(f"{BOB}2"),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(LOGIC, USER, (to(BOB),), EXPLICIT, IDENTITY, (deny(),)),
    ResourcePolicyCase(LOGIC, USER, (against(BOB),), EXPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(LOGIC, USER, (to(BOB), against("*")), EXPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(LOGIC, WORKER, (against(ROLE),), EXPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(LOGIC, WORKER, (against(SESSION),), EXPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(LOGIC, WORKER, (against(BOB),), ALLOWED, IDENTITY, (allow(),)),
    # Whom Principal names
    ResourcePolicyCase(PRINCIPAL, USER, (to("*"),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, USER, (to(["*"]),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, WORKER, (to("*"),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, WORKER, (to(ROLE),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, WORKER, (to(SESSION),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, WORKER, (to([BOB, ROLE]),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, WORKER, (to(SESSION.replace("i-0", "i-1")),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(PRINCIPAL, USER, (to(BOB.lower()),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(PRINCIPAL, USER, (to("AIDAJQABLZS4A3QDU576Q"),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(PRINCIPAL, USER, (to(ACCOUNT),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(PRINCIPAL, USER, (to(ACCOUNT_ROOT),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(PRINCIPAL, USER, (to(ACCOUNT),), ALLOWED, IDENTITY, (allow(),)),
    ResourcePolicyCase(PRINCIPAL, USER, (against(ACCOUNT),), EXPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(PRINCIPAL, USER, (against(OTHER_ACCOUNT),), ALLOWED, IDENTITY, (allow(),)),
    ResourcePolicyCase(
        PRINCIPAL, USER, (against("*", Condition=EVERYONE_BUT_BOB),), ALLOWED, IDENTITY, (allow(),)
    ),
    ResourcePolicyCase(
        PRINCIPAL, WORKER, (against("*", Condition=EVERYONE_BUT_BOB),), EXPLICIT, RESOURCE, (allow(),)
    ),
    # How directly it names them: what an implicit deny of a boundary or of a session's policy does
    ResourcePolicyCase(LOGIC, USER, (to(BOB),), ALLOWED, RESOURCE, (), NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, USER, (to(ACCOUNT),), IMPLICIT, BOUNDARY, (allow(),), NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, WORKER, (to(SESSION),), ALLOWED, RESOURCE, (), NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, WORKER, (to(SESSION),), ALLOWED, RESOURCE, (), None, NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, WORKER, (to(ROLE),), IMPLICIT, BOUNDARY, (), NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, WORKER, (to(ROLE),), IMPLICIT, BOUNDARY, (allow(),), NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, WORKER, (to(ROLE),), IMPLICIT, PolicyKind.SESSION, (), None, NOTHING_OF_SQS),
    ResourcePolicyCase(
        LOGIC, WORKER, (to(ROLE),), ALLOWED, RESOURCE, (), (allow("sqs:*"),), (allow("sqs:*"),)
    ),
    ResourcePolicyCase(LOGIC, WORKER, (to(ROLE), to(SESSION)), ALLOWED, RESOURCE, (), NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, WORKER, (to(SESSION), to(ROLE)), ALLOWED, RESOURCE, (), NOTHING_OF_SQS),
    ResourcePolicyCase(LOGIC, WORKER, (to(SESSION),), EXPLICIT, BOUNDARY, (), (deny(),)),
    ResourcePolicyCase(LOGIC, WORKER, (to(SESSION),), EXPLICIT, PolicyKind.SESSION, (), None, (deny(),)),
    ResourcePolicyCase(
        PRINCIPAL,
        WORKER,
        (to("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}),),
        ALLOWED,
        RESOURCE,
        (),
        NOTHING_OF_SQS,
    ),
    # NotPrincipal
    ResourcePolicyCase(
        NOT_PRINCIPAL, USER, (against_all_but(BOB, ACCOUNT_ROOT),), ALLOWED, IDENTITY, (allow(),)
    ),
    ResourcePolicyCase(NOT_PRINCIPAL, USER, (against_all_but(BOB, ACCOUNT_ROOT),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(NOT_PRINCIPAL, USER, (against_all_but(f"{BOB}2"),), EXPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(
        NOT_PRINCIPAL, WORKER, (against_all_but(SESSION, ROLE, ACCOUNT_ROOT),), ALLOWED, IDENTITY, (allow(),)
    ),
    ResourcePolicyCase(NOT_PRINCIPAL, ANONYMOUS, (to("*"), against_all_but(BOB)), EXPLICIT, RESOURCE),
    ResourcePolicyCase(
        NOT_PRINCIPAL, USER, (against_all_but(BOB, ACCOUNT_ROOT),), EXPLICIT, RESOURCE, (allow(),), (allow(),)
    ),
    ResourcePolicyCase(
        NOT_PRINCIPAL,
        USER,
        ({"Effect": "Allow", "NotPrincipal": {"AWS": ROLE}, "Action": "sqs:*", "Resource": QUEUE},),
        ALLOWED,
        RESOURCE,
    ),
    ResourcePolicyCase(
        NOT_PRINCIPAL,
        WORKER,
        ({"Effect": "Allow", "NotPrincipal": {"AWS": ROLE}, "Action": "sqs:*", "Resource": QUEUE},),
        IMPLICIT,
        IDENTITY,
    ),
    # Anonymous callers
    ResourcePolicyCase(PRINCIPAL, ANONYMOUS, (to("*"),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, ANONYMOUS, (to(["*"]),), ALLOWED, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, ANONYMOUS, (to(ACCOUNT),), IMPLICIT, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, ANONYMOUS, (), IMPLICIT, RESOURCE),
    ResourcePolicyCase(PRINCIPAL, ANONYMOUS, (to("*"), against("*")), EXPLICIT, RESOURCE),
    # The root user
    ResourcePolicyCase(LOGIC, ROOT, (to(BOB),), ALLOWED, PolicyKind.NONE),
    ResourcePolicyCase(LOGIC, ROOT, (against("*"),), EXPLICIT, RESOURCE),
    ResourcePolicyCase(LOGIC, ROOT, (against(ACCOUNT_ROOT),), EXPLICIT, RESOURCE),
    ResourcePolicyCase(LOGIC, ROOT, (against(BOB),), ALLOWED, PolicyKind.NONE),
    # Other accounts
    ResourcePolicyCase(ACROSS_ACCOUNTS, STRANGER, (to(OTHER_ACCOUNT),), ALLOWED, RESOURCE, (allow(),)),
    ResourcePolicyCase(ACROSS_ACCOUNTS, STRANGER, (to(STRANGER.arn),), ALLOWED, RESOURCE, (allow(),)),
    ResourcePolicyCase(ACROSS_ACCOUNTS, STRANGER, (to(STRANGER.arn),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(ACROSS_ACCOUNTS, STRANGER, (to("*"),), IMPLICIT, IDENTITY),
    ResourcePolicyCase(ACROSS_ACCOUNTS, STRANGER, (to(ACCOUNT),), IMPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(ACROSS_ACCOUNTS, STRANGER, (), IMPLICIT, RESOURCE, (allow(),)),
    ResourcePolicyCase(
        ACROSS_ACCOUNTS, STRANGER, (to(STRANGER.arn),), IMPLICIT, BOUNDARY, (allow(),), NOTHING_OF_SQS
    ),
    ResourcePolicyCase(ACROSS_ACCOUNTS, OTHER_ROOT, (to(OTHER_ACCOUNT),), ALLOWED, RESOURCE),
    ResourcePolicyCase(ACROSS_ACCOUNTS, OTHER_ROOT, (), IMPLICIT, RESOURCE),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.caller.kind.name}-{case.outcome.name}")
def test_a_request_is_decided_as_aws_documents_it(case: ResourcePolicyCase) -> None:
    context = context_of({"aws:PrincipalArn": case.caller.role_arn or case.caller.arn})
    request = AuthorizationRequest(case.caller, "sqs:SendMessage", QUEUE, context)
    policies = ApplicablePolicies(
        ACCOUNT,
        identity=tuple(policy(statement) for statement in case.identity),
        boundary=policy(*case.boundary) if case.boundary is not None else None,
        session=policy(*case.session) if case.session is not None else None,
        resource=policy(*case.resource) if case.resource else None,
    )

    decision = evaluate(request, policies)

    assert (decision.outcome, decision.by) == (case.outcome, case.by), case.page


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("s3:DeleteBucketPolicy", ALLOWED),
        ("s3:PutBucketPolicy", ALLOWED),
        ("s3:GetBucketPolicy", ALLOWED),
        ("s3:DeleteBucket", EXPLICIT),
    ],
)
def test_the_root_user_is_never_locked_out_of_a_bucket(action: str, expected: Outcome) -> None:
    locked = policy(deny("s3:*", "arn:aws:s3:::bucket", Principal="*"))
    request = AuthorizationRequest(ROOT, action, "arn:aws:s3:::bucket")

    assert evaluate(request, ApplicablePolicies(ACCOUNT, resource=locked)).outcome is expected, S3_ROOT


def test_a_statement_without_principal_grants_and_denies_nobody() -> None:
    request = AuthorizationRequest(USER, "sqs:SendMessage", QUEUE)

    allowed = ApplicablePolicies(ACCOUNT, resource=policy(allow()))
    denied = ApplicablePolicies(ACCOUNT, identity=(policy(allow()),), resource=policy(deny()))

    assert not evaluate(request, allowed).is_allowed
    assert evaluate(request, denied).is_allowed
