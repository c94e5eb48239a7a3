"""Comparisons: what a filter spends its time on, so that those with literals have short ways of their own."""

import operator
from collections.abc import Callable
from typing import Any

from lab_emulator.logs.insights.log_record import Getter
from lab_emulator.logs.insights.values import Scalar, Value, equal, number, ordering, text

Condition = Callable[[Any], bool]
"""Whether something holds of a row."""

_ORDERINGS: dict[str, Callable[[Value, Value], bool]] = {
    "<": ordering(operator.lt),
    "<=": ordering(operator.le),
    ">": ordering(operator.gt),
    ">=": ordering(operator.ge),
}
_SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def comparison(sign: str, left: Getter, right: Getter) -> Condition:
    """Two values of a row, compared. `!=` holds wherever `=` does not, but for maps and lists."""
    if sign == "=":
        return lambda row: equal(left(row), right(row))
    if sign == "!=":
        return lambda row: _differ(left(row), right(row))
    compare = _ORDERINGS[sign]
    return lambda row: compare(left(row), right(row))


def comparison_with(sign: str, get: Getter, literal: Scalar, *, literal_first: bool = False) -> Condition:
    """A value of a row, compared with what the query says."""
    if literal_first:
        sign = _SWAPPED[sign]
    if sign == "=":
        return _equals(get, literal)
    if sign == "!=":
        return lambda row: _differ(get(row), literal)
    compare, limit = _ORDERINGS[sign], number(literal)
    if limit is None:
        return lambda row: compare(get(row), literal)
    of_numbers = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[sign]

    def holds(row: Any) -> bool:
        value = get(row)
        kind = type(value)
        return of_numbers(value, limit) if kind is int or kind is float else compare(value, literal)

    return holds


def _equals(get: Getter, literal: Scalar) -> Condition:
    if isinstance(literal, str) and number(literal) is None:
        return lambda row: get(row) == literal

    def holds(row: Any) -> bool:
        value = get(row)
        return equal(value, literal)

    return holds


def _differ(left: Value, right: Value) -> bool:
    structured = isinstance(left, dict | list) or isinstance(right, dict | list)
    return not structured and not equal(left, right)


def membership(get: Getter, literals: list[Scalar]) -> Condition:
    """Whether a value equals one of the literals, by `equal`'s rules."""
    texts = {each for each in literals if isinstance(each, str)}
    numbers = {each for each in literals if not isinstance(each, str)}
    numbers_of_texts = {found for each in texts if (found := number(each)) is not None}

    def holds(row: Any) -> bool:
        value = get(row)
        kind = type(value)
        if kind is str:
            return value in texts or (bool(numbers) and number(value) in numbers)
        return (kind is int or kind is float) and (value in numbers or value in numbers_of_texts)

    return holds


def containment(get: Getter, part: str) -> Condition:
    """Whether the text of a value has another in it; what is missing has none."""

    def holds(row: Any) -> bool:
        found = text(get(row))
        return found is not None and part in found

    return holds


def match(get: Getter, search: Callable[[str], Any]) -> Condition:
    """Whether an expression is found in the text of a value."""

    def holds(row: Any) -> bool:
        found = text(get(row))
        return found is not None and search(found) is not None

    return holds
