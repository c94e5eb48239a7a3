"""Least policy, and the statement that a denied call lacks."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision, Outcome, PolicyKind
from lab_emulator.iam.evaluation.least_policy import least_policy, missing_statement
from lab_emulator.iam.evaluation.policy_document import PolicyDocument
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from lab_emulator.iam.evaluation.principal import Principal
from tests.emulator_unit.iam.evaluation.callers import (
    ACCOUNT,
    ANONYMOUS,
    BOB,
    ROLE,
    USER,
    WORKER,
    Json,
    allow,
    context_of,
    federated,
    policy,
    service,
)

QUEUE, TABLE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:t"
MACHINES = f"arn:aws:states:us-east-1:{ACCOUNT}"
GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/f"


def statements(*seen: tuple[str, str]) -> list[Json]:
    found: list[Json] = least_policy(seen)["Statement"]
    return found


def test_actions_on_the_same_resources_share_a_statement() -> None:
    seen = [("sqs:SendMessage", QUEUE), ("dynamodb:PutItem", TABLE), ("sqs:DeleteMessage", QUEUE)]

    assert statements(*seen, *seen) == [
        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": TABLE},
        {"Effect": "Allow", "Action": ["sqs:DeleteMessage", "sqs:SendMessage"], "Resource": QUEUE},
    ]


def test_an_action_on_several_resources_names_them_all() -> None:
    seen = [("sqs:SendMessage", f"{QUEUE}2"), ("sqs:SendMessage", QUEUE), ("sqs:ReceiveMessage", QUEUE)]

    assert statements(*seen) == [
        {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": QUEUE},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": [QUEUE, f"{QUEUE}2"]},
    ]


def test_an_action_on_no_resource_needs_every_resource() -> None:
    seen = [("sqs:ListQueues", "*"), ("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:PutObject", "*")]

    assert [each["Resource"] for each in statements(*seen)] == ["*", "*"]


@pytest.mark.parametrize(
    ("action", "resource", "opened"),
    [
        ("s3:PutObject", "arn:aws:s3:::b/2026/a.csv", "arn:aws:s3:::b/*"),
        ("s3:ListBucket", "arn:aws:s3:::b", "arn:aws:s3:::b"),
        ("logs:PutLogEvents", f"{GROUP}:log-stream:2026/[1]a", f"{GROUP}:*"),
        ("logs:CreateLogGroup", GROUP, GROUP),
        ("states:StopExecution", f"{MACHINES}:execution:m:8a1", f"{MACHINES}:execution:m:*"),
        ("states:StartSyncExecution", f"{MACHINES}:express:m:8a1:2b3", f"{MACHINES}:express:m:*"),
        ("states:StartExecution", f"{MACHINES}:stateMachine:m", f"{MACHINES}:stateMachine:m"),
    ],
)
def test_names_that_calls_make_up_are_left_open(action: str, resource: str, opened: str) -> None:
    assert [each["Resource"] for each in statements((action, resource))] == [opened]


SEEN = st.tuples(
    st.sampled_from(
        ["sqs:SendMessage", "sqs:ReceiveMessage", "s3:GetObject", "s3:PutObject", "logs:PutLogEvents"]
    ),
    st.sampled_from(["*", QUEUE, TABLE, "arn:aws:s3:::b/a", "arn:aws:s3:::b/c", f"{GROUP}:log-stream:s"]),
)


@settings(max_examples=60, deadline=None)
@given(seen=st.lists(SEEN, min_size=1), other=SEEN)
def test_it_allows_what_was_seen_and_nothing_of_another_action(
    seen: list[tuple[str, str]], other: tuple[str, str]
) -> None:
    document = PolicyDocument.parse(json.dumps(least_policy(seen)))
    policies = ApplicablePolicies(ACCOUNT, identity=(document,))

    allowed = [evaluate(AuthorizationRequest(USER, *each), policies).is_allowed for each in (*seen, other)]

    assert all(allowed[:-1])
    assert allowed[-1] <= (other[0] in {action for action, _ in seen})


@pytest.mark.parametrize(
    ("caller", "by", "expected"),
    [
        (WORKER, PolicyKind.IDENTITY, {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}),
        (WORKER, PolicyKind.BOUNDARY, {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}),
        (WORKER, PolicyKind.SESSION, {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}),
        (WORKER, PolicyKind.RESOURCE, allow("sqs:SendMessage", QUEUE, Principal={"AWS": ROLE})),
        (USER, PolicyKind.RESOURCE, allow("sqs:SendMessage", QUEUE, Principal={"AWS": BOB})),
        (ANONYMOUS, PolicyKind.RESOURCE, allow("sqs:SendMessage", QUEUE, Principal="*")),
        (
            service("sns.amazonaws.com"),
            PolicyKind.RESOURCE,
            allow(
                "sqs:SendMessage",
                QUEUE,
                Principal={"Service": "sns.amazonaws.com"},
                Condition={
                    "ArnEquals": {"aws:SourceArn": TOPIC},
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                },
            ),
        ),
    ],
)
def test_a_missing_statement_belongs_to_the_policy_that_lacks_it(
    caller: Principal, by: PolicyKind, expected: Json
) -> None:
    source = {"aws:SourceArn": TOPIC, "aws:SourceAccount": ACCOUNT}
    request = AuthorizationRequest(caller, "sqs:SendMessage", QUEUE, context_of(source))

    missing = missing_statement(request, Decision(Outcome.IMPLICIT_DENY, by))

    assert missing is not None
    assert (missing.policy, missing.statement) == (by, expected)


@pytest.mark.parametrize(
    ("caller", "principal"),
    [
        (service("lambda.amazonaws.com"), {"Service": "lambda.amazonaws.com"}),
        (federated("accounts.google.com"), {"Federated": "accounts.google.com"}),
    ],
)
def test_a_trust_policy_has_no_resource(caller: Principal, principal: Json) -> None:
    request = AuthorizationRequest(caller, "sts:AssumeRole", ROLE)

    missing = missing_statement(request, Decision(Outcome.IMPLICIT_DENY, PolicyKind.TRUST))

    assert missing is not None
    assert missing.statement == {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize("outcome", [Outcome.ALLOWED, Outcome.EXPLICIT_DENY])
def test_nothing_is_missing_where_a_statement_decides(outcome: Outcome) -> None:
    request = AuthorizationRequest(WORKER, "sqs:SendMessage", QUEUE)

    assert missing_statement(request, Decision(outcome, PolicyKind.IDENTITY)) is None


@pytest.mark.parametrize("caller", [USER, WORKER, ANONYMOUS, service("sns.amazonaws.com")])
def test_the_missing_statement_lets_the_call_through(caller: Principal) -> None:
    request = AuthorizationRequest(caller, "sqs:SendMessage", QUEUE, context_of({"aws:SourceArn": TOPIC}))
    missing = missing_statement(request, evaluate(request, ApplicablePolicies(ACCOUNT)))
    assert missing is not None

    added = policy(missing.statement)
    amended = (
        ApplicablePolicies(ACCOUNT, identity=(added,))
        if missing.policy is PolicyKind.IDENTITY
        else ApplicablePolicies(ACCOUNT, resource=added)
    )

    assert evaluate(request, amended).is_allowed
