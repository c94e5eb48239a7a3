"""Evaluation logic: identity policies, boundaries, session policies and the root user, within one account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Outcome, PolicyKind
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from lab_emulator.iam.evaluation.principal import Principal
from tests.emulator_unit.iam.evaluation.callers import (
    ACCOUNT,
    BOUNDARIES,
    INTERPLAY,
    LOGIC,
    NOT_ACTION,
    NOT_RESOURCE,
    ONE_ACCOUNT,
    ROOT,
    SESSION_POLICIES,
    USER,
    WORKER,
    Json,
    allow,
    context_of,
    deny,
    policy,
)

ALLOWED, EXPLICIT, IMPLICIT = Outcome.ALLOWED, Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY
IDENTITY, BOUNDARY, SESSION = PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"

CARLOS = (
    allow(["s3:GetBucketLocation", "s3:ListAllMyBuckets"], "arn:aws:s3:::*"),
    allow("s3:*", [f"{BUCKET}/*", BUCKET]),
    deny("s3:*", "arn:aws:s3:::*log*"),
)
REPORTS = (allow(["iam:Get*", "iam:List*"]), deny("iam:*Report"))
SHIRLEYS_BOUNDARY = (allow(["s3:*", "cloudwatch:*", "ec2:*"]),)
X_COMPANY_BOUNDARY = (
    allow(["s3:*", "cloudwatch:*", "ec2:*", "dynamodb:*"]),
    allow(["iam:*AccessKey*", "iam:ChangePassword"], "arn:aws:iam::*:user/${aws:username}"),
    deny("s3:*", ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]),
    deny("ec2:*", "arn:aws:ec2:*:*:instance/i-1234567890abcdef0"),
)
ZHANGS_BOUNDARY = (
    allow(
        "iam:CreateUser", Condition={"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::1:policy/X"}}
    ),
    allow(["cloudwatch:*", "iam:GetUser", "iam:*Group*"]),
    deny("iam:DeletePolicy", "arn:aws:iam::1:policy/X"),
    deny("iam:DeleteUserPermissionsBoundary"),
)
WITHOUT_MFA = {
    "Effect": "Deny",
    "NotAction": "iam:*",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}
HR = (
    {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::HRBucket/Payroll/*"},
    allow("s3:*"),
)


@dataclass(frozen=True)
class EvaluationCase:
    """Request, the statements of the policies that apply, and what AWS says of it on a page."""

    page: str
    action: str
    resource: str
    outcome: Outcome
    by: PolicyKind
    identity: tuple[Json, ...] = ()
    boundary: tuple[Json, ...] | None = None
    session: tuple[Json, ...] | None = None
    caller: Principal = USER
    context: Mapping[str, str] = field(default_factory=dict)


CASES = [
    # Implicit and explicit denies
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, IMPLICIT, IDENTITY),
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, ALLOWED, IDENTITY, (allow("sqs:SendMessage", QUEUE),)),
    EvaluationCase(
        LOGIC, "sqs:SendMessage", QUEUE, IMPLICIT, IDENTITY, (allow("sqs:ReceiveMessage", QUEUE),)
    ),
    EvaluationCase(
        LOGIC, "sqs:SendMessage", QUEUE, IMPLICIT, IDENTITY, (allow("sqs:SendMessage", f"{QUEUE}2"),)
    ),
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, EXPLICIT, IDENTITY, (allow(), deny("sqs:*"))),
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, EXPLICIT, IDENTITY, (deny("sqs:*"), allow())),
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, EXPLICIT, IDENTITY, (deny(),)),
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, ALLOWED, IDENTITY, (allow(), deny("sns:*"))),
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, ALLOWED, IDENTITY, (allow(),), caller=WORKER),
    EvaluationCase(LOGIC, "sqs:SendMessage", QUEUE, IMPLICIT, IDENTITY, caller=WORKER),
    EvaluationCase(INTERPLAY, "iam:GetUser", "*", ALLOWED, IDENTITY, REPORTS),
    EvaluationCase(INTERPLAY, "iam:ListRoles", "*", ALLOWED, IDENTITY, REPORTS),
    EvaluationCase(INTERPLAY, "iam:CreatePolicy", "*", IMPLICIT, IDENTITY, REPORTS),
    EvaluationCase(INTERPLAY, "iam:GetOrganizationsAccessReport", "*", EXPLICIT, IDENTITY, REPORTS),
    EvaluationCase(
        INTERPLAY,
        "iam:GenerateCredentialReport",
        "*",
        EXPLICIT,
        IDENTITY,
        (*REPORTS, allow("iam:GenerateCredentialReport")),
    ),
    EvaluationCase(ONE_ACCOUNT, "s3:PutObject", f"{BUCKET}-logs/a", EXPLICIT, IDENTITY, CARLOS),
    EvaluationCase(ONE_ACCOUNT, "s3:PutObject", f"{BUCKET}/a", ALLOWED, IDENTITY, CARLOS),
    EvaluationCase(ONE_ACCOUNT, "s3:GetBucketLocation", "arn:aws:s3:::other", ALLOWED, IDENTITY, CARLOS),
    EvaluationCase(ONE_ACCOUNT, "s3:PutObject", "arn:aws:s3:::other/a", IMPLICIT, IDENTITY, CARLOS),
    EvaluationCase(
        NOT_ACTION,
        "ec2:RunInstances",
        "*",
        EXPLICIT,
        IDENTITY,
        (allow(), WITHOUT_MFA),
        context={"aws:MultiFactorAuthPresent": "false"},
    ),
    EvaluationCase(NOT_ACTION, "ec2:RunInstances", "*", EXPLICIT, IDENTITY, (allow(), WITHOUT_MFA)),
    EvaluationCase(
        NOT_ACTION,
        "ec2:RunInstances",
        "*",
        ALLOWED,
        IDENTITY,
        (allow(), WITHOUT_MFA),
        context={"aws:MultiFactorAuthPresent": "true"},
    ),
    EvaluationCase(
        NOT_ACTION,
        "iam:EnableMFADevice",
        "*",
        ALLOWED,
        IDENTITY,
        (allow(), WITHOUT_MFA),
        context={"aws:MultiFactorAuthPresent": "false"},
    ),
    EvaluationCase(NOT_RESOURCE, "s3:GetObject", "arn:aws:s3:::HRBucket/Payroll/a", ALLOWED, IDENTITY, HR),
    EvaluationCase(NOT_RESOURCE, "s3:GetObject", "arn:aws:s3:::HRBucket/Else/a", EXPLICIT, IDENTITY, HR),
    # Permissions boundaries
    EvaluationCase(
        BOUNDARIES, "iam:CreateUser", "*", IMPLICIT, BOUNDARY, (allow("iam:CreateUser"),), SHIRLEYS_BOUNDARY
    ),
    EvaluationCase(BOUNDARIES, "s3:GetObject", f"{BUCKET}/a", IMPLICIT, IDENTITY, (), SHIRLEYS_BOUNDARY),
    EvaluationCase(
        BOUNDARIES, "s3:GetObject", f"{BUCKET}/a", ALLOWED, IDENTITY, (allow("s3:*"),), SHIRLEYS_BOUNDARY
    ),
    EvaluationCase(
        BOUNDARIES, "s3:GetObject", f"{BUCKET}/a", IMPLICIT, IDENTITY, (allow("ec2:*"),), SHIRLEYS_BOUNDARY
    ),
    EvaluationCase(
        BOUNDARIES, "s3:GetObject", "arn:aws:s3:::logs/a", EXPLICIT, BOUNDARY, (allow(),), X_COMPANY_BOUNDARY
    ),
    EvaluationCase(
        BOUNDARIES, "s3:GetObject", "arn:aws:s3:::data/a", ALLOWED, IDENTITY, (allow(),), X_COMPANY_BOUNDARY
    ),
    EvaluationCase(
        BOUNDARIES,
        "ec2:StopInstances",
        "arn:aws:ec2:us-east-1:1:instance/i-1234567890abcdef0",
        EXPLICIT,
        BOUNDARY,
        (allow(),),
        X_COMPANY_BOUNDARY,
    ),
    EvaluationCase(
        BOUNDARIES,
        "iam:CreateAccessKey",
        "arn:aws:iam::1:user/Nikhil",
        ALLOWED,
        IDENTITY,
        (allow("iam:*"),),
        X_COMPANY_BOUNDARY,
        context={"aws:username": "Nikhil"},
    ),
    EvaluationCase(
        BOUNDARIES,
        "iam:CreateAccessKey",
        "arn:aws:iam::1:user/Zhang",
        IMPLICIT,
        BOUNDARY,
        (allow("iam:*"),),
        X_COMPANY_BOUNDARY,
        context={"aws:username": "Nikhil"},
    ),
    EvaluationCase(
        BOUNDARIES,
        "iam:CreateUser",
        "*",
        ALLOWED,
        IDENTITY,
        (allow("iam:*"),),
        ZHANGS_BOUNDARY,
        context={"iam:PermissionsBoundary": "arn:aws:iam::1:policy/X"},
    ),
    EvaluationCase(
        BOUNDARIES,
        "iam:CreateUser",
        "*",
        IMPLICIT,
        BOUNDARY,
        (allow("iam:*"),),
        ZHANGS_BOUNDARY,
        context={"iam:PermissionsBoundary": "arn:aws:iam::1:policy/Y"},
    ),
    EvaluationCase(BOUNDARIES, "iam:CreateUser", "*", IMPLICIT, BOUNDARY, (allow("iam:*"),), ZHANGS_BOUNDARY),
    EvaluationCase(
        BOUNDARIES,
        "iam:DeletePolicy",
        "arn:aws:iam::1:policy/X",
        EXPLICIT,
        BOUNDARY,
        (allow("iam:*"),),
        ZHANGS_BOUNDARY,
    ),
    EvaluationCase(
        BOUNDARIES,
        "iam:DeleteUserPermissionsBoundary",
        "*",
        EXPLICIT,
        BOUNDARY,
        (allow("iam:*"),),
        ZHANGS_BOUNDARY,
    ),
    EvaluationCase(
        BOUNDARIES, "sqs:SendMessage", QUEUE, IMPLICIT, BOUNDARY, (allow(),), (allow("sns:*"),), caller=WORKER
    ),
    # Session policies
    EvaluationCase(
        SESSION_POLICIES,
        "sqs:SendMessage",
        QUEUE,
        ALLOWED,
        IDENTITY,
        (allow(),),
        None,
        (allow("sqs:*"),),
        WORKER,
    ),
    EvaluationCase(
        SESSION_POLICIES, "sns:Publish", "*", IMPLICIT, SESSION, (allow(),), None, (allow("sqs:*"),), WORKER
    ),
    EvaluationCase(
        SESSION_POLICIES, "sqs:SendMessage", QUEUE, IMPLICIT, IDENTITY, (), None, (allow("sqs:*"),), WORKER
    ),
    EvaluationCase(
        SESSION_POLICIES,
        "sqs:SendMessage",
        QUEUE,
        EXPLICIT,
        SESSION,
        (allow(),),
        None,
        (allow(), deny("sqs:SendMessage")),
        WORKER,
    ),
    EvaluationCase(
        SESSION_POLICIES,
        "sqs:SendMessage",
        QUEUE,
        ALLOWED,
        IDENTITY,
        (allow(),),
        (allow("sqs:*"),),
        (allow("*", QUEUE),),
        WORKER,
    ),
    EvaluationCase(
        SESSION_POLICIES,
        "sqs:SendMessage",
        QUEUE,
        IMPLICIT,
        BOUNDARY,
        (allow(),),
        (allow("sns:*"),),
        (allow("*", QUEUE),),
        WORKER,
    ),
    EvaluationCase(
        SESSION_POLICIES,
        "sqs:SendMessage",
        QUEUE,
        IMPLICIT,
        SESSION,
        (allow(),),
        (allow("sqs:*"),),
        (allow("*", f"{QUEUE}2"),),
        WORKER,
    ),
    # The root user, and what needs no permission
    EvaluationCase(LOGIC, "sqs:DeleteQueue", QUEUE, ALLOWED, PolicyKind.NONE, caller=ROOT),
    EvaluationCase(LOGIC, "iam:CreateUser", "*", ALLOWED, PolicyKind.NONE, caller=ROOT),
    EvaluationCase(
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
        "sts:GetCallerIdentity",
        "*",
        ALLOWED,
        PolicyKind.NONE,
        (deny(),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.action}-{case.outcome.name}-{case.by.name}")
def test_a_request_is_decided_as_aws_documents_it(case: EvaluationCase) -> None:
    request = AuthorizationRequest(case.caller, case.action, case.resource, context_of(case.context))
    policies = ApplicablePolicies(
        ACCOUNT,
        identity=tuple(policy(statement) for statement in case.identity),
        boundary=policy(*case.boundary) if case.boundary is not None else None,
        session=policy(*case.session) if case.session is not None else None,
    )

    decision = evaluate(request, policies)

    assert (decision.outcome, decision.by) == (case.outcome, case.by), case.page


def test_a_decision_names_its_statement() -> None:
    request = AuthorizationRequest(USER, "s3:PutObject", f"{BUCKET}-logs/a")

    denied = evaluate(request, ApplicablePolicies(ACCOUNT, identity=(policy(*CARLOS),)))
    missing = evaluate(request, ApplicablePolicies(ACCOUNT))

    assert denied.statement is not None
    assert denied.statement.source == CARLOS[2]
    assert missing.statement is None
