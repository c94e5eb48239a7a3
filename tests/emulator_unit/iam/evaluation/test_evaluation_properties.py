"""Properties of every evaluation, on generated policies and requests."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Outcome
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from tests.emulator_unit.iam.evaluation.callers import (
    ACCOUNT,
    ANONYMOUS,
    BOB,
    ROLE,
    ROOT,
    SESSION,
    STRANGER,
    USER,
    WORKER,
    Json,
    policy,
    service,
)

ACTIONS = ["sqs:SendMessage", "sqs:ReceiveMessage", "s3:GetObject", "kms:Decrypt", "sts:AssumeRole"]
RESOURCES = [
    *("*", "arn:aws:sqs:us-east-1:123456789012:q", "arn:aws:s3:::bucket/Bob/key"),
    *("arn:aws:kms:us-east-1:123456789012:key/1", ROLE),
]
PATTERNS = [*RESOURCES, "arn:aws:sqs:*", "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/${aws:username}/*"]
CONDITIONS = [
    {},
    {"StringEquals": {"aws:username": ["Bob", "Eve"]}},
    {"StringNotEquals": {"aws:username": "Bob"}},
    {"StringLikeIfExists": {"aws:username": "B*"}},
    {"Null": {"aws:username": "true"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAnyValue:StringLike": {"aws:TagKeys": "a*"}},
    {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"aws:SecureTransport": "true"}},
]
PRINCIPALS = [
    "*",
    *({"AWS": each} for each in (BOB, ROLE, SESSION, ACCOUNT)),
    {"Service": "sns.amazonaws.com"},
]


@st.composite
def statement(
    draw: st.DrawFn, effects: Sequence[str] = ("Allow", "Deny"), *, of_resource: bool = False
) -> Json:
    """Draw a statement, of a resource's policy or of an identity's."""
    action, resource = (
        draw(st.sampled_from(["Action", "NotAction"])),
        draw(st.sampled_from(["Resource", "NotResource"])),
    )
    made = {
        "Effect": draw(st.sampled_from(effects)),
        action: draw(st.lists(st.sampled_from([*ACTIONS, "*", "sqs:*", "s3:Get*"]), min_size=1, max_size=3)),
        resource: draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3)),
        "Condition": draw(st.sampled_from(CONDITIONS)),
    }
    if of_resource:
        made[draw(st.sampled_from(["Principal", "NotPrincipal"]))] = draw(st.sampled_from(PRINCIPALS))
    return made


REQUESTS = st.builds(
    AuthorizationRequest,
    st.sampled_from([USER, WORKER, ROOT, ANONYMOUS, STRANGER, service("sns.amazonaws.com")]),
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    st.fixed_dictionaries(
        {},
        optional={
            "aws:username": st.sampled_from([("Bob",), ("Eve",)]),
            "aws:tagkeys": st.sampled_from([(), ("a",), ("a", "c"), ("b", "a")]),
            "aws:sourceip": st.sampled_from([("192.0.2.1",), ("198.51.100.1",)]),
            "aws:securetransport": st.sampled_from([("true",), ("false",)]),
        },
    ),
)
STATEMENTS = st.lists(statement(), max_size=4)
RESOURCE_STATEMENTS = st.lists(statement(of_resource=True), max_size=3)


def policies(
    identity: Sequence[Json],
    resource: Sequence[Json] = (),
    boundary: Sequence[Json] | None = None,
    session: Sequence[Json] | None = None,
) -> ApplicablePolicies:
    return ApplicablePolicies(
        ACCOUNT,
        identity=(policy(*identity),),
        boundary=policy(*boundary) if boundary is not None else None,
        session=policy(*session) if session is not None else None,
        resource=policy(*resource) if resource else None,
    )


LIMITS = st.none() | STATEMENTS


@settings(max_examples=60, deadline=None)
@given(
    REQUESTS, STATEMENTS, RESOURCE_STATEMENTS, LIMITS, LIMITS, statement(("Deny",)), st.sampled_from("ibs")
)
def test_adding_a_deny_never_allows(
    request: AuthorizationRequest,
    identity: list[Json],
    resource: list[Json],
    boundary: list[Json] | None,
    session: list[Json] | None,
    added: Json,
    where: str,
) -> None:
    before = evaluate(request, policies(identity, resource, boundary, session))
    denied = policies(
        identity + [added] * (where == "i"),
        resource,
        [*(boundary or [added]), added] if where == "b" else boundary,
        [*(session or [added]), added] if where == "s" else session,
    )

    assert evaluate(request, denied).is_allowed <= before.is_allowed


@settings(max_examples=60, deadline=None)
@given(REQUESTS, STATEMENTS, RESOURCE_STATEMENTS, statement(("Deny",), of_resource=True))
def test_adding_a_deny_to_a_resource_never_allows(
    request: AuthorizationRequest, identity: list[Json], resource: list[Json], added: Json
) -> None:
    before = evaluate(request, policies(identity, resource))

    assert evaluate(request, policies(identity, [*resource, added])).is_allowed <= before.is_allowed


@settings(max_examples=60, deadline=None)
@given(REQUESTS, STATEMENTS, RESOURCE_STATEMENTS, LIMITS, LIMITS, statement(("Allow",)))
def test_adding_an_allow_to_an_identity_never_denies(
    request: AuthorizationRequest,
    identity: list[Json],
    resource: list[Json],
    boundary: list[Json] | None,
    session: list[Json] | None,
    added: Json,
) -> None:
    before = evaluate(request, policies(identity, resource, boundary, session))
    after = evaluate(request, policies([*identity, added], resource, boundary, session))

    assert before.is_allowed <= after.is_allowed
    assert (before.outcome is Outcome.EXPLICIT_DENY) == (after.outcome is Outcome.EXPLICIT_DENY)


@settings(max_examples=60, deadline=None)
@given(REQUESTS, STATEMENTS, RESOURCE_STATEMENTS, LIMITS, LIMITS, st.randoms())
def test_the_order_of_statements_makes_no_difference(
    request: AuthorizationRequest,
    identity: list[Json],
    resource: list[Json],
    boundary: list[Json] | None,
    session: list[Json] | None,
    random: object,
) -> None:
    in_order = evaluate(request, policies(identity, resource, boundary, session))
    for each in (identity, resource, boundary, session):
        if each:
            random.shuffle(each)  # type: ignore[attr-defined]
    shuffled = evaluate(request, policies(identity, resource, boundary, session))

    assert (shuffled.outcome, shuffled.by) == (in_order.outcome, in_order.by)


@settings(max_examples=60, deadline=None)
@given(REQUESTS, STATEMENTS)
def test_policies_of_an_identity_count_as_one(request: AuthorizationRequest, identity: list[Json]) -> None:
    apart = ApplicablePolicies(ACCOUNT, identity=tuple(policy(each) for each in identity))

    assert evaluate(request, apart).outcome is evaluate(request, policies(identity)).outcome
