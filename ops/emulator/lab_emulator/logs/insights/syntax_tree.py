"""Syntax tree of a query: commands in their order, and the expressions in them.

Every node knows where it stands: `start` and `end` are character offsets into the query, `end` exclusive.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """Piece of a query."""

    start: int
    end: int


@dataclass(frozen=True)
class LiteralValue(Node):
    """Number, string or boolean as it stands in the query."""

    value: str | int | float | bool


@dataclass(frozen=True)
class PeriodLiteral(Node):
    """Period such as `5m`: a number and a unit, as written."""

    count: int
    unit: str


@dataclass(frozen=True)
class RegexLiteral(Node):
    """Regular expression between slashes; `body` is what stands between them."""

    body: str


@dataclass(frozen=True)
class FieldReference(Node):
    """Field by its path: `a.b[0]` and `a.b.0` are the keys a, b and 0; what backticks enclose is not parted.

    `name` is the path without backticks, which heads the field's column.
    """

    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class FunctionCall(Node):
    """Call of a function: `name` in lower case, since AWS reads any; `starred` is `count(*)`."""

    name: str
    arguments: tuple["Expression", ...]
    starred: bool = False


@dataclass(frozen=True)
class Operation(Node):
    """Operator and operands: `and`, `or`, `not`, comparisons, arithmetic; `-` of one operand negates."""

    operator: str
    operands: tuple["Expression", ...]


@dataclass(frozen=True)
class Matching(Node):
    """`like`, `not like` and `=~`: a text is part of the subject, or an expression is found in it."""

    subject: "Expression"
    pattern: LiteralValue | RegexLiteral
    negated: bool


@dataclass(frozen=True)
class Membership(Node):
    """`in` and `not in`: the subject equals one of the literals."""

    subject: "Expression"
    values: tuple[LiteralValue, ...]
    negated: bool


Expression = LiteralValue | PeriodLiteral | FieldReference | FunctionCall | Operation | Matching | Membership


@dataclass(frozen=True)
class NamedExpression(Node):
    """Expression of a column. `name` is its alias, or what was written."""

    expression: Expression
    name: str
    has_alias: bool


@dataclass(frozen=True)
class FieldsCommand(Node):
    """`fields`: columns, which later commands may name."""

    columns: tuple[NamedExpression, ...]


@dataclass(frozen=True)
class DisplayCommand(Node):
    """`display`: the only columns of the answer."""

    columns: tuple[NamedExpression, ...]


@dataclass(frozen=True)
class FilterCommand(Node):
    """`filter`: what must be true of what goes on."""

    condition: Expression


@dataclass(frozen=True)
class ParseCommand(Node):
    """`parse`: fields out of a text, by a glob with a name for each asterisk, or by a regular expression."""

    source: FieldReference
    pattern: LiteralValue | RegexLiteral
    names: tuple[FieldReference, ...]


@dataclass(frozen=True)
class StatsCommand(Node):
    """`stats`: measures of each group; without groups, of everything."""

    measures: tuple[NamedExpression, ...]
    groups: tuple[NamedExpression, ...]


@dataclass(frozen=True)
class SortKey(Node):
    """Field to sort by."""

    field: FieldReference
    descending: bool


@dataclass(frozen=True)
class SortCommand(Node):
    """`sort`: by the first key, and where it is equal by the next."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True)
class LimitCommand(Node):
    """`limit`: how many rows go on at most."""

    count: int


@dataclass(frozen=True)
class DedupCommand(Node):
    """`dedup`: one row for each combination of values."""

    fields: tuple[FieldReference, ...]


Command = (
    FieldsCommand
    | DisplayCommand
    | FilterCommand
    | ParseCommand
    | StatsCommand
    | SortCommand
    | LimitCommand
    | DedupCommand
)
