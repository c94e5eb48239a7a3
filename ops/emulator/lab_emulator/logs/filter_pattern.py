"""Filter patterns, as "Filter pattern syntax" in the CloudWatch Logs user guide defines them.

JSON patterns (`{ $.status >= 500 && ($.retry IS TRUE || $.items[0] NOT EXISTS) }`) are read here, terms
(`ERROR -"health check" ?WARN %4\\d\\d%`) in `text_filter_pattern`.
Space-delimited patterns (`[ip, user, ...]`) are refused: nothing in the lab writes such logs.
In a JSON pattern `&&` binds tighter than `||`, and an absent property satisfies NOT EXISTS and nothing else.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from lab_emulator.logs.property_selector import SELECTOR, Selector
from lab_emulator.logs.text_filter_pattern import (
    InvalidPattern,
    LogMessage,
    compile_regex,
    compile_wildcard,
    parse_terms,
    unquote,
)

_TOKEN = re.compile(
    rf"""\s*(?P<token>{SELECTOR}|&&|\|\||!=|<=|>=|[()=<>]|"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)+%|[^\s()=<>!&|"%{{}}]+)"""
)
_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}
_ORDERINGS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

ValueTest = Callable[[Any], bool]


class Pattern(Protocol):
    """Filter pattern of either kind: something that a log event matches or does not."""

    def matches(self, message: LogMessage) -> bool: ...


@lru_cache(maxsize=256)
def parse_pattern(text: str) -> Pattern:
    """Return the pattern that `text` describes; an empty one matches everything.

    Raises InvalidPattern where the text is not a pattern, or one of a kind that is not supported.
    """
    stripped = text.strip()
    if stripped.startswith("["):
        raise InvalidPattern("space-delimited patterns are not supported")
    if stripped.startswith("{"):
        return parse_json_pattern(stripped)
    return parse_terms(stripped)


class JsonCondition(Protocol):
    """Condition of a JSON pattern: what it asserts about a document."""

    def holds(self, document: Any) -> bool: ...


@dataclass(frozen=True)
class AllOf:
    """Conditions joined by `&&`."""

    parts: tuple[JsonCondition, ...]

    def holds(self, document: Any) -> bool:
        return all(part.holds(document) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    """Conditions joined by `||`."""

    parts: tuple[JsonCondition, ...]

    def holds(self, document: Any) -> bool:
        return any(part.holds(document) for part in self.parts)


@dataclass(frozen=True)
class SomeValue:
    """Condition that at least one of the selected values passes the test."""

    selector: Selector
    test: ValueTest

    def holds(self, document: Any) -> bool:
        return any(self.test(value) for value in self.selector.values(document))


@dataclass(frozen=True)
class NotExists:
    """`NOT EXISTS`: the selector leads to no value."""

    selector: Selector

    def holds(self, document: Any) -> bool:
        return not self.selector.values(document)


@dataclass(frozen=True)
class JsonPattern:
    """Pattern that matches the events whose text is JSON and for which the condition holds."""

    condition: JsonCondition

    def matches(self, message: LogMessage) -> bool:
        return message.document is not None and self.condition.holds(message.document)


def is_number(value: Any) -> bool:
    """Say whether JSON has `value` as a number: true and false are none, though Python's are."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_text(value: Any) -> str | None:
    """Return a scalar as it stands in the log, None for what cannot be compared as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def parse_json_pattern(text: str) -> JsonPattern:
    """Read a pattern in braces. Raises InvalidPattern at the first thing that does not belong."""
    if not text.endswith("}"):
        raise InvalidPattern("a JSON pattern ends with a closing brace")
    parser = _JsonPatternParser(_tokens(text[1:-1].rstrip()))
    condition = parser.any_of()
    parser.expect_end()
    return JsonPattern(condition)


def _tokens(body: str) -> list[str]:
    tokens, position = [], 0
    while position < len(body):
        found = _TOKEN.match(body, position)
        if not found:
            raise InvalidPattern(f"cannot read {body[position:]!r}")
        tokens.append(found["token"])
        position = found.end()
    return tokens


class _JsonPatternParser:
    """Parser of a JSON pattern, by recursive descent: a method for each level of the grammar."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._next = 0

    def any_of(self) -> JsonCondition:
        parts = [self._all_of()]
        while self._take("||"):
            parts.append(self._all_of())
        return AnyOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise InvalidPattern(f"{self._tokens[self._next]!r} does not belong there")

    def _all_of(self) -> JsonCondition:
        parts = [self._condition()]
        while self._take("&&"):
            parts.append(self._condition())
        return AllOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def _condition(self) -> JsonCondition:
        if self._take("("):
            inner = self.any_of()
            if not self._take(")"):
                raise InvalidPattern("a parenthesis is not closed")
            return inner
        selector = Selector.parse(self._advance())
        comparison = self._advance()
        if comparison == "IS":
            return SomeValue(selector, _is_constant(self._advance()))
        if comparison == "NOT":
            if not self._take("EXISTS"):
                raise InvalidPattern("NOT must be followed by EXISTS")
            return NotExists(selector)
        return SomeValue(selector, _comparison(comparison, self._advance()))

    def _take(self, token: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next] == token:
            self._next += 1
            return True
        return False

    def _advance(self) -> str:
        if self._next == len(self._tokens):
            raise InvalidPattern("the pattern ends too early")
        self._next += 1
        return self._tokens[self._next - 1]


def _is_constant(word: str) -> ValueTest:
    if word not in _CONSTANTS:
        raise InvalidPattern(f"IS takes TRUE, FALSE or NULL, not {word!r}")
    constant = _CONSTANTS[word]
    return lambda value: value is constant


def _comparison(operator_: str, expected: str) -> ValueTest:
    if operator_ in _ORDERINGS:
        compare, limit = _ORDERINGS[operator_], _number(expected)
        if limit is None:
            raise InvalidPattern(f"{operator_} compares numbers, and {expected!r} is none")
        return lambda value: is_number(value) and compare(value, limit)
    if operator_ not in ("=", "!="):
        raise InvalidPattern(f"{operator_!r} is not a comparison")
    equals = _equality(expected)
    return equals if operator_ == "=" else lambda value: not equals(value)


def _equality(expected: str) -> ValueTest:
    if expected.startswith("%"):
        search = compile_regex(expected).search
        return lambda value: (text := as_text(value)) is not None and search(text) is not None
    number = _number(expected)
    if number is not None:
        return lambda value: value == number if is_number(value) else value == expected
    match = compile_wildcard(unquote(expected) if expected.startswith('"') else expected).fullmatch
    return lambda value: (text := as_text(value)) is not None and match(text) is not None


def _number(word: str) -> float | None:
    """Integers, decimals and scientific notation; `inf` and `nan` are words."""
    return float(word) if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", word) else None
