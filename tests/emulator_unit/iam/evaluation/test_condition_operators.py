"""Condition operators: one value of a request against the values of a policy."""

from collections.abc import Sequence

import pytest

from tests.emulator_unit.iam.evaluation.callers import (
    CONDITION,
    OPERATORS,
    SEVERAL_VALUES,
    allow,
    covers,
)

TOPIC = "arn:aws:sns:us-east-2:123456789012:topic"
FINANCE = "arn:aws:someservice:*:111122223333:finance/*"
STORE = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
BOTH_FAMILIES = ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]
HOME = ["", "home/", "home/Bob/*"]


@pytest.mark.parametrize(
    ("page", "operator", "wanted", "value", "expected"),
    [
        # String
        (OPERATORS, "StringEquals", "iamuser-admin", "iamuser-admin", True),
        (OPERATORS, "StringEquals", "iamuser-admin", "IamUser-Admin", False),
        (OPERATORS, "StringEquals", "iamuser-admin", None, False),
        (OPERATORS, "StringEquals", "iamuser-*", "iamuser-admin", False),
        (OPERATORS, "StringEquals", "iamuser-*", "iamuser-*", True),
        (CONDITION, "StringEquals", "johndoe", "JohnDoe", False),
        (CONDITION, "StringEqualsIgnoreCase", "johndoe", "JohnDoe", True),
        (OPERATORS, "StringEqualsIgnoreCase", "johndoe", "jane", False),
        (OPERATORS, "StringEqualsIgnoreCase", "john*", "johndoe", False),
        (OPERATORS, "StringEqualsIgnoreCase", "johndoe", None, False),
        (OPERATORS, "StringNotEquals", "a", "a", False),
        (OPERATORS, "StringNotEquals", "a", "A", True),
        (OPERATORS, "StringNotEquals", "a", None, True),
        (SEVERAL_VALUES, "StringNotEquals", ["a", "b"], "b", False),
        (SEVERAL_VALUES, "StringNotEquals", ["a", "b"], "c", True),
        (OPERATORS, "StringNotEqualsIgnoreCase", "a", "A", False),
        (OPERATORS, "StringNotEqualsIgnoreCase", "a", "b", True),
        (OPERATORS, "StringNotEqualsIgnoreCase", "a", None, True),
        (SEVERAL_VALUES, "StringEquals", ["a", "b"], "b", True),
        (SEVERAL_VALUES, "StringEquals", ["a", "b"], "c", False),
        (OPERATORS, "StringLike", HOME, "", True),
        (OPERATORS, "StringLike", HOME, "home/", True),
        (OPERATORS, "StringLike", HOME, "home/Bob/a/b", True),
        (OPERATORS, "StringLike", HOME, "home/Eve/a", False),
        (OPERATORS, "StringLike", "t?.micro", "t3.micro", True),
        (OPERATORS, "StringLike", "t?.micro", "t10.micro", False),
        (OPERATORS, "StringLike", "T?.micro", "t3.micro", False),
        (OPERATORS, "StringLike", "t2", "t2.micro", False),
        (OPERATORS, "StringLike", "*", "two\nlines", True),
        (OPERATORS, "StringLike", "two*", "two\nlines", True),
        (OPERATORS, "StringLike", "*", None, False),
        (OPERATORS, "StringLike", FINANCE, STORE, True),
        (OPERATORS, "StringNotLike", "t2.*", "t2.micro", False),
        (OPERATORS, "StringNotLike", "t2.*", "m3.large", True),
        (OPERATORS, "StringNotLike", "t2.*", None, True),
        # Numeric
        (OPERATORS, "NumericLessThanEquals", "10", "10", True),
        (OPERATORS, "NumericLessThanEquals", "10", "9", True),
        (OPERATORS, "NumericLessThanEquals", "10", "11", False),
        (OPERATORS, "NumericLessThanEquals", "10", None, False),
        (OPERATORS, "NumericLessThan", "10", "10", False),
        (OPERATORS, "NumericLessThan", "10", "9.99", True),
        (OPERATORS, "NumericGreaterThan", "10", "10", False),
        (OPERATORS, "NumericGreaterThan", "10", "100", True),
        (OPERATORS, "NumericGreaterThanEquals", "10", "10.0", True),
        (OPERATORS, "NumericGreaterThanEquals", "10", "2", False),
        (OPERATORS, "NumericEquals", "0.30", "0.3", True),
        (OPERATORS, "NumericEquals", ["1", "2"], "2", True),
        (OPERATORS, "NumericEquals", "10", "ten", False),
        (OPERATORS, "NumericNotEquals", "10", "11", True),
        (OPERATORS, "NumericNotEquals", "10", "10", False),
        (OPERATORS, "NumericNotEquals", "10", None, True),
        (OPERATORS, "NumericNotEquals", "10", "ten", False),
        (SEVERAL_VALUES, "NumericNotEquals", ["1", "2"], "2", False),
        # Date
        (OPERATORS, "DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", True),
        (OPERATORS, "DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", False),
        (OPERATORS, "DateGreaterThan", "2020-01-01T00:00:01Z", None, False),
        (OPERATORS, "DateGreaterThanEquals", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z", True),
        (OPERATORS, "DateGreaterThanEquals", "2020-01-01T00:00:01Z", "2019-12-31T23:59:59Z", False),
        (OPERATORS, "DateLessThan", "2020-06-30T23:59:59Z", "2020-04-01T00:00:00Z", True),
        (OPERATORS, "DateLessThan", "2020-06-30T23:59:59Z", "2020-06-30T23:59:59Z", False),
        (OPERATORS, "DateLessThanEquals", "2020-06-30T23:59:59Z", "2020-06-30T23:59:59Z", True),
        (OPERATORS, "DateLessThanEquals", "2020-06-30T23:59:59Z", "2020-07-01T00:00:00Z", False),
        (OPERATORS, "DateEquals", "2020-01-01T00:00:00Z", "1577836800", True),
        (OPERATORS, "DateEquals", "1577836800", "2020-01-01T01:00:00+01:00", True),
        (OPERATORS, "DateEquals", "2020-01-01", "2020-01-01T00:00:00Z", True),
        (OPERATORS, "DateEquals", "2020-01", "2020-01-01T00:00Z", True),
        (OPERATORS, "DateEquals", "2020", "2020-01-01T00:00:00.000Z", True),
        (OPERATORS, "DateEquals", "2020-01-01", "2020-01-02", False),
        (OPERATORS, "DateNotEquals", "2020-01-01", "2020-01-02", True),
        (OPERATORS, "DateNotEquals", "2020-01-01", "2020-01-01T00:00:00Z", False),
        (OPERATORS, "DateNotEquals", "2020-01-01", None, True),
        # Bool, BinaryEquals
        (OPERATORS, "Bool", "false", "false", True),
        (OPERATORS, "Bool", "false", "true", False),
        (OPERATORS, "Bool", "true", "True", True),
        (OPERATORS, "Bool", "true", None, False),
        (OPERATORS, "BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
        (OPERATORS, "BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "b3RoZXI=", False),
        (OPERATORS, "BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", None, False),
        # IP addresses
        (OPERATORS, "IpAddress", "203.0.113.0/24", "203.0.113.77", True),
        (OPERATORS, "IpAddress", "203.0.113.0/24", "203.0.114.1", False),
        (OPERATORS, "IpAddress", "203.0.113.5", "203.0.113.5", True),
        (OPERATORS, "IpAddress", "203.0.113.5/24", "203.0.113.9", True),
        (OPERATORS, "IpAddress", "203.0.113.5", "203.0.113.6", False),
        (
            OPERATORS,
            "IpAddress",
            BOTH_FAMILIES,
            "2001:db8:1234:5678::9",
            True,
        ),
        (OPERATORS, "IpAddress", BOTH_FAMILIES, "203.0.113.9", True),
        (OPERATORS, "IpAddress", BOTH_FAMILIES, "2001:db8:1:1::9", False),
        (OPERATORS, "IpAddress", "203.0.113.0/24", None, False),
        (OPERATORS, "NotIpAddress", "203.0.113.0/24", "203.0.113.77", False),
        (OPERATORS, "NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        (OPERATORS, "NotIpAddress", "203.0.113.0/24", None, True),
        (SEVERAL_VALUES, "NotIpAddress", ["192.0.2.0/24", "203.0.113.0/24"], "203.0.113.1", False),
        # ARN
        (OPERATORS, "ArnEquals", TOPIC, TOPIC, True),
        (OPERATORS, "ArnEquals", "arn:aws:sns:*:123456789012:topic", TOPIC, True),
        (OPERATORS, "ArnEquals", "arn:aws:sns:us-east-2:123456789012:Topic", TOPIC, False),
        (OPERATORS, "ArnEquals", TOPIC, None, False),
        (OPERATORS, "ArnLike", FINANCE, STORE, False),
        (OPERATORS, "ArnEquals", FINANCE, STORE, False),
        (OPERATORS, "ArnLike", FINANCE, "arn:aws:someservice:us-east-2:111122223333:finance/a/b:c", True),
        (OPERATORS, "ArnLike", "arn:aws:sns:us-east-?:*:topic", TOPIC, True),
        (OPERATORS, "ArnLike", "arn:aws:sns:*:topic", TOPIC, False),
        (OPERATORS, "ArnLike", "arn:aws:events:*:1:rule/*", "arn:aws:events:us-east-1:1:rule/bus/r", True),
        (OPERATORS, "ArnNotEquals", TOPIC, TOPIC, False),
        (OPERATORS, "ArnNotEquals", TOPIC, f"{TOPIC}2", True),
        (OPERATORS, "ArnNotEquals", TOPIC, None, True),
        (OPERATORS, "ArnNotLike", "arn:aws:sns:*:*:top*", TOPIC, False),
        (OPERATORS, "ArnNotLike", "arn:aws:sqs:*:*:*", TOPIC, True),
        (OPERATORS, "ArnNotLike", "arn:aws:sqs:*:*:*", None, True),
        # IfExists
        (OPERATORS, "StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], None, True),
        (OPERATORS, "StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], "t2.small", True),
        (OPERATORS, "StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], "c5.large", False),
        (OPERATORS, "StringLike", ["t1.*", "t2.*", "m3.*"], None, False),
        (OPERATORS, "StringNotEqualsIfExists", "a", None, True),
        (OPERATORS, "StringNotEqualsIfExists", "a", "a", False),
        (OPERATORS, "BoolIfExists", "false", None, True),
        (OPERATORS, "BoolIfExists", "false", "true", False),
        (OPERATORS, "NumericLessThanIfExists", "5", None, True),
        (OPERATORS, "DateLessThanIfExists", "2020-01-01", None, True),
        (OPERATORS, "IpAddressIfExists", "203.0.113.0/24", None, True),
        (OPERATORS, "ArnLikeIfExists", TOPIC, None, True),
        (OPERATORS, "ArnEqualsIfExists", TOPIC, f"{TOPIC}2", False),
        (OPERATORS, "BinaryEqualsIfExists", "b3RoZXI=", None, True),
        # Null
        (OPERATORS, "Null", "true", None, True),
        (OPERATORS, "Null", "true", "2020-01-01T00:00:00Z", False),
        (OPERATORS, "Null", "false", None, False),
        (OPERATORS, "Null", "false", "2020-01-01T00:00:00Z", True),
    ],
)
def test_operators(
    page: str, operator: str, wanted: str | list[str], value: str | None, expected: bool
) -> None:
    statement = allow(Condition={operator: {"aws:Key": wanted}})
    context: dict[str, str | Sequence[str]] = {} if value is None else {"aws:Key": value}

    assert covers(statement, context=context) is expected, page


AFTERNOON = {
    "DateGreaterThan": {"aws:CurrentTime": "2019-07-16T12:00:00Z"},
    "DateLessThan": {"aws:CurrentTime": "2019-07-16T15:00:00Z"},
    "IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]},
}
TAGGED = {
    "StringEquals": {
        "aws:PrincipalTag/department": ["finance", "hr", "legal"],
        "aws:PrincipalTag/role": ["audit", "security"],
    },
    "ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::22:user/Ana", "arn:aws:iam::22:user/M*"]},
}
MARY = "arn:aws:iam::22:user/Mary"


@pytest.mark.parametrize(
    ("page", "condition", "context", "expected"),
    [
        (SEVERAL_VALUES, AFTERNOON, ["2019-07-16T13:00:00Z", "203.0.113.9"], True),
        (SEVERAL_VALUES, AFTERNOON, ["2019-07-16T13:00:00Z", "192.0.2.1"], True),
        (SEVERAL_VALUES, AFTERNOON, ["2019-07-16T13:00:00Z", "198.51.100.1"], False),
        (SEVERAL_VALUES, AFTERNOON, ["2019-07-16T16:00:00Z", "203.0.113.9"], False),
        (SEVERAL_VALUES, AFTERNOON, ["2019-07-16T11:00:00Z", "203.0.113.9"], False),
        (SEVERAL_VALUES, TAGGED, ["hr", "audit", MARY], True),
        (SEVERAL_VALUES, TAGGED, ["hr", "sales", MARY], False),
        (SEVERAL_VALUES, TAGGED, ["sales", "audit", MARY], False),
        (SEVERAL_VALUES, TAGGED, ["hr", "audit", "arn:aws:iam::22:user/Nick"], False),
        (SEVERAL_VALUES, TAGGED, ["hr", None, MARY], False),
    ],
)
def test_operators_and_keys_must_all_hold(
    page: str, condition: dict[str, object], context: list[str | None], expected: bool
) -> None:
    keys = (
        ["aws:CurrentTime", "aws:SourceIp"]
        if condition is AFTERNOON
        else ["aws:PrincipalTag/department", "aws:PrincipalTag/role", "aws:PrincipalArn"]
    )
    given = {key: value for key, value in zip(keys, context, strict=True) if value is not None}

    assert covers(allow(Condition=condition), context=given) is expected, page


def test_names_of_keys_are_read_without_regard_to_case() -> None:
    statement = allow(Condition={"IpAddress": {"AWS:SOURCEIP": "203.0.113.0/24"}})

    assert covers(statement, context={"aws:SourceIp": "203.0.113.1"}), CONDITION


@pytest.mark.parametrize("value", [True, "true", "TRUE"])
def test_a_boolean_may_stand_without_quotation_marks(value: object) -> None:
    statement = allow(Condition={"Bool": {"aws:SecureTransport": value}})

    assert covers(statement, context={"aws:SecureTransport": "true"})


def test_a_number_may_stand_without_quotation_marks() -> None:
    statement = allow(Condition={"NumericLessThanEquals": {"s3:max-keys": 10}})

    assert covers(statement, context={"s3:max-keys": "10"})
