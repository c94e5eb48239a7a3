"""Reads expressions by recursive descent, the operators by how closely they bind."""

import re
from collections.abc import Callable
from functools import cache

from lab_emulator.cloudwatch.errors import InvalidRequest
from lab_emulator.cloudwatch.expressions.syntax import (
    Array,
    Binary,
    Call,
    Negated,
    Node,
    Number,
    Reference,
    Text,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>&&|\|\||[=!<>]=|[-+*/^()\[\],<>]))"
)
# From what binds loosest to what binds closest; powers are apart, for they go from right to left.
_LEVELS = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "/"),
)
_SPELLED_OUT = {"OR": "||", "AND": "&&"}


@cache
def parse(text: str) -> Node:
    """Parse an expression. Raises InvalidRequest."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0

    def whole(self) -> Node:
        node = self._level(0)
        if self._peek():
            raise self._error()
        return node

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._level(level + 1)
        while (operator := self._peek()) in _LEVELS[level]:
            self._next += 1
            node = Binary(operator, node, self._level(level + 1))
        return node

    def _unary(self) -> Node:
        if self._take("-"):
            return Negated(self._unary())
        base = self._primary()
        return Binary("^", base, self._unary()) if self._take("^") else base

    def _primary(self) -> Node:
        if self._take("("):
            node = self._level(0)
            self._expect(")")
            return node
        if self._take("["):
            return Array(self._list("]"))
        token = self._peek()
        if token[:1] in {'"', "'"}:
            return self._taken(lambda: Text(token[1:-1]))
        if token[:1].isdigit() or token[:1] == ".":
            return self._taken(lambda: Number(float(token)))
        if not token[:1].isalpha():
            raise self._error()
        self._next += 1
        if self._take("("):
            return Call(token, self._list(")"))
        return Reference(token) if token[0].islower() else Call(token, ())

    def _list(self, end: str) -> tuple[Node, ...]:
        if self._take(end):
            return ()
        items = [self._level(0)]
        while self._take(","):
            items.append(self._level(0))
        self._expect(end)
        return tuple(items)

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self, token: str) -> bool:
        taken = self._peek() == token
        self._next += taken
        return taken

    def _taken(self, node: Callable[[], Node]) -> Node:
        self._next += 1
        return node()

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self._error()

    def _error(self) -> InvalidRequest:
        found = repr(self._peek()) if self._peek() else "its end"
        return InvalidRequest(f"Error in expression {self._text!r}: nothing is expected at {found}")


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise InvalidRequest(f"Error in expression {text!r} at {text[position:].strip()[:20]!r}")
        token = match[match.lastgroup or 0]
        tokens.append(_SPELLED_OUT.get(token, token))
        position = match.end()
    return tokens
