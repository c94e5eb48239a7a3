"""The parts of an expression."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
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
