"""Strict JSON: what is taken, and the reason for which the rest is refused."""

from decimal import Decimal

import pytest

from functions.common.errors import InvalidJson
from functions.ingestion.strict_json import MAX_DEPTH, parse_json


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42.50", Decimal("42.50")),
        ("10000000000000000000000000000000000001", Decimal("10000000000000000000000000000000000001")),
        ("9.99e125", Decimal("9.99e125")),
        ("1e-130", Decimal("1e-130")),
        ("-0", Decimal(0)),
        ("0e999999", Decimal(0)),
        ("1.0000000000000000000000000000000000000000000", Decimal(1)),
        ('"\\u00e9 \\ud83d\\ude00"', "é 😀"),
        ('{"a": [true, null]}', {"a": [True, None]}),
    ],
)
def test_keeps_what_can_be_kept_exactly(text: str, value: object) -> None:
    assert parse_json(text) == value


def test_accepts_nesting_up_to_the_limit_and_no_deeper() -> None:
    parse_json(nested(MAX_DEPTH))
    with pytest.raises(InvalidJson, match="nested deeper"):
        parse_json(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe", "not UTF-8"),
        ("1e126", "out of range"),
        ("1e-131", "out of range"),
        ("1e99999999999999999999", "out of range"),
        ("9" * 39, "significant digits"),
        ("9" * 5000, "too long"),
        ("0." + "1" * 5000, "too long"),
        ("[NaN]", "NaN is not JSON"),
        ("-Infinity", "Infinity is not JSON"),
        ('{"a":1,"a":2}', "duplicate key 'a'"),
        ('{"\\ud800":1}', "lone surrogate"),
        ('["\\udfff"]', "lone surrogate"),
        ('["a\\u0000b"]', r"U\+0000"),
        (nested(100_000), "nested deeper"),
    ],
)
def test_refuses_with_a_reason(data: bytes | str, reason: str) -> None:
    with pytest.raises(InvalidJson, match=reason):
        parse_json(data)
