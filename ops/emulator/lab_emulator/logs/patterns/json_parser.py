"""Reads `{ $.a = "x" && ($.n > 3 || $.b IS TRUE) }`. `&&` binds tighter than `||`."""

import re

from lab_emulator.logs.patterns.conditions import (
    ORDERINGS,
    AllOf,
    AnyOf,
    Condition,
    JsonPattern,
    NotExists,
    SomeValue,
    Test,
    as_text,
    is_number,
)
from lab_emulator.logs.patterns.errors import InvalidPattern
from lab_emulator.logs.patterns.regex import compile_regex, compile_wildcard, unquote
from lab_emulator.logs.patterns.selector import SELECTOR, Selector

_TOKEN = re.compile(
    rf"""\s*(?P<token>{SELECTOR}|&&|\|\||!=|<=|>=|[()=<>]|"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)+%|[^\s()=<>!&|"%{{}}]+)"""
)
_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}


def parse_json_pattern(text: str) -> JsonPattern:
    """Read a pattern in braces. Raises InvalidPattern at the first thing that does not belong."""
    if not text.endswith("}"):
        raise InvalidPattern("a JSON pattern ends with a closing brace")
    parser = _Parser(_tokens(text[1:-1].rstrip()))
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


class _Parser:
    """Recursive descent, a method for each level of the grammar."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._next = 0

    def any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._take("||"):
            parts.append(self._all_of())
        return AnyOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise InvalidPattern(f"{self._tokens[self._next]!r} does not belong there")

    def _all_of(self) -> Condition:
        parts = [self._condition()]
        while self._take("&&"):
            parts.append(self._condition())
        return AllOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def _condition(self) -> Condition:
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


def _is_constant(word: str) -> Test:
    if word not in _CONSTANTS:
        raise InvalidPattern(f"IS takes TRUE, FALSE or NULL, not {word!r}")
    constant = _CONSTANTS[word]
    return lambda value: value is constant


def _comparison(operator_: str, expected: str) -> Test:
    if operator_ in ORDERINGS:
        compare, limit = ORDERINGS[operator_], _number(expected)
        if limit is None:
            raise InvalidPattern(f"{operator_} compares numbers, and {expected!r} is none")
        return lambda value: is_number(value) and compare(value, limit)
    if operator_ not in ("=", "!="):
        raise InvalidPattern(f"{operator_!r} is not a comparison")
    equals = _equality(expected)
    return equals if operator_ == "=" else lambda value: not equals(value)


def _equality(expected: str) -> Test:
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
