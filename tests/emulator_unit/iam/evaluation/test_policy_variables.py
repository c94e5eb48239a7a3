"""Policy variables in resources and conditions."""

import pytest

from tests.emulator_unit.iam.evaluation.callers import OPERATORS, VARIABLES, allow, covers

BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
QUEUES = "arn:aws:sqs:us-east-2:*:${aws:username}-queue"
BOB = {"aws:username": "Bob"}
TAG = {"aws:PrincipalTag/team": "red"}


@pytest.mark.parametrize(
    ("page", "pattern", "context", "resource", "expected"),
    [
        (VARIABLES, f"{BUCKET}/${{aws:username}}/*", BOB, f"{BUCKET}/Bob/a", True),
        (VARIABLES, f"{BUCKET}/${{aws:username}}/*", BOB, f"{BUCKET}/Eve/a", False),
        (VARIABLES, f"{BUCKET}/${{aws:username}}/*", {}, f"{BUCKET}/Bob/a", False),
        (VARIABLES, f"{BUCKET}/${{aws:username}}/*", {}, f"{BUCKET}/${{aws:username}}/a", False),
        (VARIABLES, f"{BUCKET}/${{AWS:UserName}}/*", BOB, f"{BUCKET}/Bob/a", True),
        (
            VARIABLES,
            QUEUES,
            BOB,
            "arn:aws:sqs:us-east-2:1:Bob-queue",
            True,
        ),
        (
            VARIABLES,
            QUEUES,
            BOB,
            "arn:aws:sqs:us-east-1:1:Bob-queue",
            False,
        ),
        (VARIABLES, f"{BUCKET}/${{aws:PrincipalTag/team}}", TAG, f"{BUCKET}/red", True),
        (VARIABLES, f"{BUCKET}/${{aws:PrincipalTag/Team}}", TAG, f"{BUCKET}/red", True),
        (VARIABLES, f"{BUCKET}/${{aws:username, 'anonymous'}}", {}, f"{BUCKET}/anonymous", True),
        (VARIABLES, f"{BUCKET}/${{aws:username, 'anonymous'}}", BOB, f"{BUCKET}/Bob", True),
        (VARIABLES, f"{BUCKET}/${{aws:username, 'anonymous'}}", BOB, f"{BUCKET}/anonymous", False),
        (
            VARIABLES,
            f"{BUCKET}/${{aws:PrincipalTag/team, 'company-wide'}}/*",
            {},
            f"{BUCKET}/company-wide/a",
            True,
        ),
        (VARIABLES, f"{BUCKET}/${{*}}", {}, f"{BUCKET}/*", True),
        (VARIABLES, f"{BUCKET}/${{*}}", {}, f"{BUCKET}/a", False),
        (VARIABLES, f"{BUCKET}/${{?}}", {}, f"{BUCKET}/?", True),
        (VARIABLES, f"{BUCKET}/${{?}}", {}, f"{BUCKET}/a", False),
        (VARIABLES, f"{BUCKET}/${{$}}{{x}}", {}, f"{BUCKET}/${{x}}", True),
        # What a variable stands for is text: a user named * is no wildcard.
        (VARIABLES, f"{BUCKET}/${{aws:username}}/*", {"aws:username": "*"}, f"{BUCKET}/Eve/a", False),
        (VARIABLES, f"{BUCKET}/${{aws:username}}/*", {"aws:username": "*"}, f"{BUCKET}/*/a", True),
        # Only after the fifth colon.
        (
            VARIABLES,
            "arn:aws:sqs:${aws:RequestedRegion}:1:q",
            {"aws:RequestedRegion": "eu"},
            "arn:aws:sqs:eu:1:q",
            False,
        ),
        # A key with several values is none for a variable.
        (VARIABLES, f"{BUCKET}/${{aws:TagKeys}}", {"aws:TagKeys": ["a", "b"]}, f"{BUCKET}/a", False),
    ],
)
def test_variables_in_resources(
    page: str, pattern: str, context: dict[str, str], resource: str, expected: bool
) -> None:
    assert covers(allow("s3:GetObject", pattern), resource=resource, context=context) is expected, page


def test_a_missing_variable_is_no_exception_from_not_resource() -> None:
    statement = {"Effect": "Allow", "Action": "s3:*", "NotResource": f"{BUCKET}/${{aws:username}}/*"}

    assert not covers(statement, resource=f"{BUCKET}/a"), VARIABLES
    assert covers(statement, resource=f"{BUCKET}/a", context=BOB), VARIABLES


def test_an_earlier_version_takes_variables_for_literal_text() -> None:
    statement = allow("s3:GetObject", f"{BUCKET}/${{aws:username}}/*")
    literal = f"{BUCKET}/${{aws:username}}/a"

    assert not covers(statement, resource=f"{BUCKET}/Bob/a", context=BOB, version="2008-10-17"), VARIABLES
    assert covers(statement, resource=literal, context=BOB, version="2008-10-17"), VARIABLES


@pytest.mark.parametrize(
    ("page", "operator", "wanted", "value", "expected"),
    [
        (VARIABLES, "StringLike", "${aws:username}/*", "Bob/a", True),
        (VARIABLES, "StringLike", "${aws:username}/*", "Eve/a", False),
        (VARIABLES, "StringLike", "${aws:username}/*", "Bob/two\nlines", True),
        (VARIABLES, "StringLike", "https://example.com/${aws:username}/*", "https://example.com/Bob/", True),
        (VARIABLES, "StringEquals", "${aws:username}", "Bob", True),
        (VARIABLES, "StringEquals", "${aws:username}", "bob", False),
        (VARIABLES, "StringEqualsIgnoreCase", "${aws:username}", "BOB", True),
        (VARIABLES, "StringNotEquals", "${aws:username}", "Bob", False),
        (VARIABLES, "StringNotEquals", "${aws:username}", "Eve", True),
        (VARIABLES, "StringNotEquals", "${aws:FederatedProvider}", "Eve", False),
        (VARIABLES, "StringEquals", "${aws:userid, 'anonymous'}", "anonymous", True),
        (OPERATORS, "ArnLike", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/Bob", True),
        (OPERATORS, "ArnEquals", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/Eve", False),
        (OPERATORS, "Bool", "${aws:SecureTransport}", "true", True),
        (OPERATORS, "Bool", "${aws:SecureTransport}", "false", False),
    ],
)
def test_variables_in_conditions(page: str, operator: str, wanted: str, value: str, expected: bool) -> None:
    context = {"s3:prefix": value, "aws:SecureTransport": "true", **BOB}

    assert covers(allow(Condition={operator: {"s3:prefix": wanted}}), context=context) is expected, page
