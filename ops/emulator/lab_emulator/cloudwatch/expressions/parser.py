"""Parser of expressions, and the nodes that it makes of them.

It reads by recursive descent, the operators by how closely they bind.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from lab_emulator.cloudwatch.refusals import RefusedRequest


@dataclass(frozen=True)
class Number:
    """`2.5`."""

    value: float


@dataclass(frozen=True)
class Text:
    """`"errors"`, in METRICS("errors")."""

    value: str


@dataclass(frozen=True)
class Reference:
    """The id of another query."""

    id: str


@dataclass(frozen=True)
class Array:
    """`[m1, m2]`."""

    items: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """`SUM(m1)`; also words without parentheses, such as REPEAT."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Binary:
    """`left operator right`; AND is `&&` and OR is `||`."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Negated:
    """`-m1`."""

    value: "Node"


Node = Number | Text | Reference | Array | Call | Binary | Negated


def references(node: Node) -> Iterator[str]:
    """The ids that `node` names."""
    if isinstance(node, Reference):
        yield node.id
    for part in _parts(node):
        yield from references(part)


def calls(node: Node) -> Iterator[Call]:
    """The function calls in `node`."""
    if isinstance(node, Call):
        yield node
    for part in _parts(node):
        yield from calls(part)


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Array):
        return node.items
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Binary):
        return (node.left, node.right)
    return (node.value,) if isinstance(node, Negated) else ()


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
    """Parse an expression. Raises RefusedRequest."""
    return _ExpressionParser(text).whole()


class _ExpressionParser:
    """Parser of one expression: `_level` reads the operators of a level and of those that bind closer."""

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

    def _error(self) -> RefusedRequest:
        found = repr(self._peek()) if self._peek() else "its end"
        return RefusedRequest(f"Error in expression {self._text!r}: nothing is expected at {found}")


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise RefusedRequest(f"Error in expression {text!r} at {text[position:].strip()[:20]!r}")
        token = match[match.lastgroup or 0]
        tokens.append(_SPELLED_OUT.get(token, token))
        position = match.end()
    return tokens
