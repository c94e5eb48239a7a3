"""Condition operators: how the value of a condition key is compared with the values of a policy.

Source: IAM user guide, "IAM JSON policy elements: Condition operators".
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab_emulator.iam.evaluation.condition_values import (
    address_of,
    bytes_of,
    moment_of,
    network_of,
    number_of,
    truth_of,
)
from lab_emulator.iam.evaluation.pattern_set import PatternSet
from lab_emulator.iam.evaluation.text_pattern import Context, arn_expression, glob_expression


@dataclass(frozen=True)
class ValueTest:
    """Test of one value of a request against the values of a policy, of which one must match.

    It returns None where it cannot say: the value is of another type, or a variable is missing.
    `keys` are the condition keys of the policy's variables.
    """

    matches: Callable[[str, Context], bool | None]
    keys: frozenset[str] = frozenset()


Compile = Callable[[tuple[str, ...], bool], ValueTest]
"""Makes a comparison of a policy's values, with variables or without; raises ValueError for another type."""


@dataclass(frozen=True)
class ConditionOperator:
    """Operator without its prefix (`ForAllValues:`) and its suffix (`IfExists`)."""

    compile: Compile
    is_negated: bool = False


def _text(expression: Callable[..., str] = glob_expression, **how: bool) -> Compile:
    def compile_values(values: tuple[str, ...], variables: bool) -> ValueTest:
        patterns = PatternSet.of(values, expression, variables=variables, **how)
        return ValueTest(patterns.matches, patterns.keys)

    return compile_values


def _typed(
    read: Callable[[str], Any],
    compare: Callable[[Any, Any], bool],
    read_policy: Callable[[str], Any] | None = None,
) -> Compile:
    def compile_values(values: tuple[str, ...], variables: bool) -> ValueTest:
        expected = [(read_policy or read)(value) for value in values]

        def matches(value: str, context: Context) -> bool | None:
            try:
                actual = read(value)
            except ValueError:
                return None
            return any(compare(actual, each) for each in expected)

        return ValueTest(matches)

    return compile_values


def _truth(values: tuple[str, ...], variables: bool) -> ValueTest:
    for value in values:
        if not (variables and "${" in value):
            truth_of(value)
    return _text(wildcards=False, ignore_case=True)(values, variables)


def _both(name: str, negated_name: str, compile_values: Compile) -> dict[str, ConditionOperator]:
    return {
        name.lower(): ConditionOperator(compile_values),
        negated_name.lower(): ConditionOperator(compile_values, is_negated=True),
    }


def _ordered(kind: str, read: Callable[[str], Any]) -> dict[str, ConditionOperator]:
    orders = {
        "LessThan": operator.lt,
        "LessThanEquals": operator.le,
        "GreaterThan": operator.gt,
        "GreaterThanEquals": operator.ge,
    }
    found = {
        f"{kind}{name}".lower(): ConditionOperator(_typed(read, order)) for name, order in orders.items()
    }
    return found | _both(f"{kind}Equals", f"{kind}NotEquals", _typed(read, operator.eq))


CONDITION_OPERATORS: dict[str, ConditionOperator] = {
    **_both("StringEquals", "StringNotEquals", _text(wildcards=False)),
    **_both("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", _text(wildcards=False, ignore_case=True)),
    **_both("StringLike", "StringNotLike", _text()),
    **_both("ArnEquals", "ArnNotEquals", _text(arn_expression)),
    **_both("ArnLike", "ArnNotLike", _text(arn_expression)),
    **_ordered("Numeric", number_of),
    **_ordered("Date", moment_of),
    **_both(
        "IpAddress", "NotIpAddress", _typed(address_of, lambda address, each: address in each, network_of)
    ),
    "binaryequals": ConditionOperator(_typed(bytes_of, operator.eq)),
    "bool": ConditionOperator(_truth),
}
"""Operators by their name in lower case; `Null` is no comparison, and stands with the condition."""
