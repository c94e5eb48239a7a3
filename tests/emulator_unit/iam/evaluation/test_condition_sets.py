"""ForAllValues and ForAnyValue: conditions on keys with several values."""

from collections.abc import Sequence

import pytest

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from tests.emulator_unit.iam.evaluation.callers import (
    ACCOUNT,
    SET_EXAMPLES,
    SETS,
    USER,
    allow,
    covers,
    deny,
    policy,
)

THREAD = ["PostDateTime", "Message", "Tags"]
ALL, ANY = "ForAllValues:StringEquals", "ForAnyValue:StringEquals"


@pytest.mark.parametrize(
    ("page", "operator", "wanted", "values", "expected"),
    [
        (SETS, ALL, ["ID", "Message", "Tags"], ["Message", "Tags"], True),
        (SETS, ALL, ["ID", "Message", "Tags"], ["ID", "Message"], True),
        (SETS, ALL, ["ID", "Message", "Tags"], ["ID", "Message", "UserName"], False),
        (SETS, ALL, THREAD, ["PostDateTime", "UserName"], False),
        (SETS, ALL, THREAD, THREAD, True),
        (SETS, ALL, THREAD, None, True),
        (SETS, ALL, THREAD, [], True),
        (SETS, ALL, THREAD, [""], True),
        (SETS, ALL, THREAD, ["Message"], True),
        (SETS, ALL, THREAD, ["message"], False),
        (SETS, ANY, ["ID", "PostDateTime"], ["PostDateTime", "Message"], True),
        (SETS, ANY, ["ID", "PostDateTime"], ["UserName"], False),
        (SETS, ANY, ["ID", "PostDateTime"], ["UserName", "Message", "PostDateTime"], True),
        (SETS, ANY, ["ID", "PostDateTime"], None, False),
        (SETS, ANY, ["ID", "PostDateTime"], [], False),
        (SETS, ANY, ["ID", "PostDateTime"], [""], False),
        (SET_EXAMPLES, "ForAllValues:StringLike", ["key1*"], ["key1a", "key1b"], True),
        (SET_EXAMPLES, "ForAllValues:StringLike", ["key1*"], ["key1a", "key2"], False),
        (SET_EXAMPLES, "ForAnyValue:StringLike", ["key1*"], ["key1a", "key2"], True),
        (SET_EXAMPLES, "ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], True),
        (SET_EXAMPLES, "ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], False),
        (SET_EXAMPLES, "ForAllValues:StringNotEquals", ["a", "b"], None, True),
        (SET_EXAMPLES, "ForAnyValue:StringNotEquals", ["a", "b"], ["c", "a"], True),
        (SET_EXAMPLES, "ForAnyValue:StringNotEquals", ["a", "b"], ["b", "a"], False),
        (SET_EXAMPLES, "ForAnyValue:StringNotEquals", ["a", "b"], None, False),
        (
            SETS,
            "ForAllValues:ArnLike",
            ["arn:aws:sns:*:1:a*"],
            ["arn:aws:sns:x:1:a", "arn:aws:sns:y:1:ab"],
            True,
        ),
        (SETS, "ForAnyValue:NumericLessThan", ["5"], ["7", "4"], True),
        (SETS, "ForAllValues:NumericLessThan", ["5"], ["7", "4"], False),
        (SETS, "ForAnyValue:StringEqualsIfExists", ["a"], None, True),
        (SETS, "ForAnyValue:StringEqualsIfExists", ["a"], ["b"], False),
        (SETS, "ForAllValues:StringEqualsIfExists", ["a"], None, True),
        # "Multivalued context keys require a condition set operator."
        (SETS, "StringEquals", ["a", "b"], ["a", "b"], False),
        (SETS, "Null", ["false"], ["a", "b"], True),
        (SETS, "Null", ["false"], [""], False),
        (SETS, "Null", ["true"], [], True),
    ],
)
def test_sets(
    page: str, operator: str, wanted: list[str], values: Sequence[str] | None, expected: bool
) -> None:
    statement = allow(Condition={operator: {"dynamodb:Attributes": wanted}})
    context = {} if values is None else {"dynamodb:Attributes": values}

    assert covers(statement, context=context) is expected, page


def test_null_guards_against_a_missing_key_under_for_all_values() -> None:
    condition = {ALL: {"aws:TagKeys": ["environment"]}, "Null": {"aws:TagKeys": "false"}}

    assert covers(allow(Condition=condition), context={"aws:TagKeys": ["environment"]}), SETS
    assert not covers(allow(Condition=condition)), SETS


@pytest.mark.parametrize(("attribute", "expected"), [("PostDateTime", False), ("UserName", True)])
def test_a_deny_of_any_value_leaves_requests_without_it_alone(attribute: str, expected: bool) -> None:
    forbidden = deny("*", "*", Condition={ANY: {"dynamodb:Attributes": ["ID", "PostDateTime"]}})
    request = AuthorizationRequest(USER, "dynamodb:PutItem", "*", {"dynamodb:attributes": (attribute,)})

    decision = evaluate(request, ApplicablePolicies(ACCOUNT, identity=(policy(allow(), forbidden),)))

    assert decision.is_allowed is expected, SETS
