"""Decision memo: the same decisions, made once."""

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision_memo import DecisionMemo
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies
from tests.emulator_unit.iam.evaluation.callers import ACCOUNT, USER, WORKER, allow, context_of, deny, policy

ENCRYPTED = ApplicablePolicies(
    ACCOUNT, identity=(policy(allow("sqs:*", Condition={"Bool": {"aws:SecureTransport": "true"}})),)
)


def asked(action: str = "sqs:SendMessage", **context: str) -> AuthorizationRequest:
    return AuthorizationRequest(USER, action, "*", context_of(context))


def test_a_decision_is_made_once() -> None:
    memo = DecisionMemo()
    policies = ApplicablePolicies(ACCOUNT, identity=(policy(allow("sqs:*")),))

    first = memo.evaluate(asked(), policies)
    again = memo.evaluate(asked(), ApplicablePolicies(ACCOUNT, identity=(policy(allow("sqs:*")),)))

    assert first is again
    assert len(memo) == 1


def test_a_key_that_no_policy_reads_makes_no_difference() -> None:
    memo = DecisionMemo()

    for address in ("192.0.2.1", "192.0.2.2"):
        memo.evaluate(asked(**{"aws:SourceIp": address, "aws:SecureTransport": "true"}), ENCRYPTED)

    assert len(memo) == 1


def test_a_key_that_a_policy_reads_does() -> None:
    memo = DecisionMemo()

    assert memo.evaluate(asked(**{"aws:SecureTransport": "true"}), ENCRYPTED).is_allowed
    assert not memo.evaluate(asked(**{"aws:SecureTransport": "false"}), ENCRYPTED).is_allowed
    assert not memo.evaluate(asked(), ENCRYPTED).is_allowed


def test_callers_actions_resources_and_policies_do() -> None:
    memo = DecisionMemo()
    policies = ApplicablePolicies(ACCOUNT, identity=(policy(allow("sqs:SendMessage", "arn:aws:sqs:::a")),))
    denying = ApplicablePolicies(ACCOUNT, identity=(policy(deny()),))
    request = AuthorizationRequest(USER, "sqs:SendMessage", "arn:aws:sqs:::a")

    assert memo.evaluate(request, policies).is_allowed
    assert not memo.evaluate(request, denying).is_allowed
    assert not memo.evaluate(
        AuthorizationRequest(USER, "sqs:SendMessage", "arn:aws:sqs:::b"), policies
    ).is_allowed
    assert not memo.evaluate(
        AuthorizationRequest(USER, "sqs:DeleteQueue", "arn:aws:sqs:::a"), policies
    ).is_allowed
    memo.evaluate(AuthorizationRequest(WORKER, "sqs:SendMessage", "arn:aws:sqs:::a"), policies)
    assert len(memo) == 5


def test_it_keeps_no_more_than_its_capacity() -> None:
    memo = DecisionMemo(capacity=3)

    for number in range(10):
        memo.evaluate(asked(f"sqs:Action{number}"), ENCRYPTED)

    assert len(memo) <= 3
