"""Access denied messages: AWS's examples, word for word."""

import pytest

from lab_emulator.iam.evaluation.access_denied_message import access_denied_message
from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision, Outcome, PolicyKind
from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind
from tests.emulator_unit.iam.evaluation.callers import ANONYMOUS, MESSAGES

JOHN = Principal("arn:aws:iam::123456789012:user/JohnDoe", "123456789012", PrincipalKind.USER)
IMPLICIT, EXPLICIT = Outcome.IMPLICIT_DENY, Outcome.EXPLICIT_DENY
LIST, GROUPS = "codedeploy:ListDeployments", "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*"
WHO = "User: arn:aws:iam::123456789012:user/JohnDoe is not authorized to perform:"


@pytest.mark.parametrize(
    ("outcome", "by", "action", "resource", "message"),
    [
        (
            IMPLICIT,
            PolicyKind.BOUNDARY,
            LIST,
            GROUPS,
            f"{WHO} {LIST} on resource: {GROUPS} because no permissions boundary allows the {LIST} action",
        ),
        (
            EXPLICIT,
            PolicyKind.BOUNDARY,
            "sagemaker:ListModels",
            "*",
            f"{WHO} sagemaker:ListModels with an explicit deny in a permissions boundary",
        ),
        (
            IMPLICIT,
            PolicyKind.SESSION,
            "codecommit:ListRepositories",
            "*",
            f"{WHO} codecommit:ListRepositories because no session policy allows the "
            "codecommit:ListRepositories action",
        ),
        (
            EXPLICIT,
            PolicyKind.SESSION,
            LIST,
            GROUPS,
            f"{WHO} {LIST} on resource: {GROUPS} with an explicit deny in a session policy",
        ),
        (
            IMPLICIT,
            PolicyKind.RESOURCE,
            "secretsmanager:GetSecretValue",
            "*",
            f"{WHO} secretsmanager:GetSecretValue because no resource-based policy allows the "
            "secretsmanager:GetSecretValue action",
        ),
        (
            EXPLICIT,
            PolicyKind.RESOURCE,
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:us-east-1:1:secret:*",
            f"{WHO} secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:1:secret:* "
            "with an explicit deny in a resource-based policy",
        ),
        (
            IMPLICIT,
            PolicyKind.TRUST,
            "sts:AssumeRole",
            "*",
            f"{WHO} sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
        ),
        (
            EXPLICIT,
            PolicyKind.TRUST,
            "sts:AssumeRole",
            "*",
            f"{WHO} sts:AssumeRole with an explicit deny in the role trust policy",
        ),
        (
            IMPLICIT,
            PolicyKind.IDENTITY,
            "codecommit:ListRepositories",
            "*",
            f"{WHO} codecommit:ListRepositories because no identity-based policy allows the "
            "codecommit:ListRepositories action",
        ),
        (
            EXPLICIT,
            PolicyKind.IDENTITY,
            LIST,
            GROUPS,
            f"{WHO} {LIST} on resource: {GROUPS} with an explicit deny in an identity-based policy",
        ),
    ],
)
def test_it_is_in_the_words_of_aws(
    outcome: Outcome, by: PolicyKind, action: str, resource: str, message: str
) -> None:
    request = AuthorizationRequest(JOHN, action, resource)

    assert access_denied_message(request, Decision(outcome, by)) == message, MESSAGES


def test_an_anonymous_caller_has_a_name() -> None:
    request = AuthorizationRequest(ANONYMOUS, "s3:GetObject", "arn:aws:s3:::b/k")

    message = access_denied_message(request, Decision(IMPLICIT, PolicyKind.RESOURCE))

    assert message.startswith(
        "User: anonymous is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k"
    )


def test_what_is_allowed_has_no_message() -> None:
    request = AuthorizationRequest(JOHN, "s3:GetObject", "*")

    with pytest.raises(ValueError, match="s3:GetObject is allowed"):
        access_denied_message(request, Decision(Outcome.ALLOWED, PolicyKind.IDENTITY))
