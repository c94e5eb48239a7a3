"""Parser of queries: from their text to the syntax tree, by the grammar of "CloudWatch Logs Insights language
query syntax" (CloudWatch Logs user guide).

The grammar has the commands fields, display, filter, parse, stats, sort, limit and dedup. Others of the guide
are refused by name: `UNSUPPORTED_COMMANDS`.
"""

import re
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args
from lark.tree import Meta

from lab_emulator.logs.insights.malformed_query import MalformedQuery, mistake_at, unexpected_symbol
from lab_emulator.logs.insights.syntax_tree import (
    Command,
    DedupCommand,
    DisplayCommand,
    FieldReference,
    FieldsCommand,
    FilterCommand,
    FunctionCall,
    LimitCommand,
    LiteralValue,
    Matching,
    Membership,
    NamedExpression,
    Operation,
    ParseCommand,
    PeriodLiteral,
    RegexLiteral,
    SortCommand,
    SortKey,
    StatsCommand,
)

# Those that need what is not here, as data protection and lookup tables, and those that are deprecated.
UNSUPPORTED_COMMANDS = frozenset(
    {"addtotals", "anomaly", "diff", "estimate", "expand", "filterindex", "head", "join", "lookup", "order"}
    | {"pattern", "relevantfields", "search", "source", "subquery", "tail", "unmask", "unnest"}
)

# A word of the language is no part of a longer name, and AWS reads its words in any case.
_GRAMMAR = r"""
query: command ("|" command)*
?command: fields | display | filter | parse | stats | sort | limit | dedup
fields: _FIELDS named ("," named)*
display: _DISPLAY unnamed ("," unnamed)*
filter: _FILTER expression
parse: _PARSE [field] (STRING _AS field ("," field)* | REGEX)
stats: _STATS measures [_BY groups]
measures: named ("," named)*
groups: named ("," named)*
sort: _SORT sort_key ("," sort_key)*
sort_key: field [ASC | DESC]
limit: _LIMIT COUNT
dedup: _DEDUP field ("," field)*
named: expression [_AS field]
unnamed: expression

?expression: conjunction | expression OR conjunction -> operation
?conjunction: negation | conjunction AND negation -> operation
?negation: comparison | NOT negation -> prefix
?comparison: sum
    | sum COMPARISON sum -> operation
    | sum [NOT] _LIKE (STRING | REGEX) -> matching
    | sum _MATCHES REGEX -> matching_regex
    | sum [NOT] _IN "[" member ("," member)* "]" -> membership
?sum: product | sum (PLUS | MINUS) product -> operation
?product: unary | product (STAR | SLASH | PERCENT) unary -> operation
?unary: power | MINUS unary -> prefix
?power: atom | atom CARET unary -> operation
?atom: constant | period | field | "(" expression ")" | call
call: NAME "(" [STAR | arguments] ")"
arguments: expression ("," expression)*
constant: NUMBER | STRING | TRUE | FALSE
?member: constant | MINUS NUMBER -> negative
period: PERIOD
field: NAME

_FIELDS.2: /fields(?![\w.@])/i
_DISPLAY.2: /display(?![\w.@])/i
_FILTER.2: /filter(?![\w.@])/i
_PARSE.2: /parse(?![\w.@])/i
_STATS.2: /stats(?![\w.@])/i
_SORT.2: /sort(?![\w.@])/i
_LIMIT.2: /limit(?![\w.@])/i
_DEDUP.2: /dedup(?![\w.@])/i
_AS.2: /as(?![\w.@])/i
_BY.2: /by(?![\w.@])/i
_LIKE.2: /like(?![\w.@])/i
_IN.2: /in(?![\w.@])/i
AND.2: /and(?![\w.@])/i
OR.2: /or(?![\w.@])/i
NOT.2: /not(?![\w.@])/i
ASC.2: /asc(?![\w.@])/i
DESC.2: /desc(?![\w.@])/i
TRUE.2: /true(?![\w.@])/i
FALSE.2: /false(?![\w.@])/i
NAME: /(?:[A-Za-z_@][\w@]*|`[^`]+`)(?:\.(?:[\w@]+|`[^`]+`)|\[\d+\])*/
PERIOD.3: /\d+[a-z]+(?!\w)/i
NUMBER.2: /(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?(?![\w])/i
COUNT.3: /\d+(?![\w.])/
STRING: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/s
REGEX.2: /\/(?:[^\/\\]|\\.)+\//s
COMPARISON: /!=|<=|>=|=(?!~)|<|>/
_MATCHES.2: "=~"
PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
PERCENT: "%"
CARET: "^"
_COMMENT: /#[^\n]*/
%ignore /\s+/
%ignore _COMMENT
"""

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_STEP = re.compile(r"`([^`]+)`|\[(\d+)\]|([\w@]+)")


@lru_cache(maxsize=256)
def parse_query(text: str) -> tuple[Command, ...]:
    """The commands of a query in their order. Raises MalformedQuery where a symbol does not belong."""
    try:
        commands: tuple[Command, ...] = _TreeBuilder(text).transform(_LARK.parse(text))
    except UnexpectedToken as error:
        raise _unexpected(text, len(text) if error.token.type == "$END" else error.token.start_pos) from error
    except UnexpectedCharacters as error:
        raise _unexpected(text, error.pos_in_stream) from error
    except UnexpectedInput as error:
        raise _unexpected(text, len(text)) from error
    except RecursionError as error:
        raise mistake_at(text, "the query is nested too deeply", 0, len(text)) from error
    return commands


def _unexpected(text: str, start: int) -> MalformedQuery:
    word = re.match(r"\w+", text[start:])
    if word and word[0].lower() in UNSUPPORTED_COMMANDS:
        return unexpected_symbol(text, start, "a command that the emulator does not support")
    return unexpected_symbol(text, start)


@v_args(meta=True)
class _TreeBuilder(Transformer[Token, tuple[Command, ...]]):
    """Builder of the syntax tree from Lark's."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def query(self, _meta: Meta, children: list[Any]) -> tuple[Command, ...]:
        return tuple(children)

    def fields(self, meta: Meta, children: list[Any]) -> FieldsCommand:
        return FieldsCommand(*_span(meta), tuple(children))

    def display(self, meta: Meta, children: list[Any]) -> DisplayCommand:
        return DisplayCommand(*_span(meta), tuple(children))

    def filter(self, meta: Meta, children: list[Any]) -> FilterCommand:
        return FilterCommand(*_span(meta), children[0])

    def parse(self, meta: Meta, children: list[Any]) -> ParseCommand:
        source, pattern, *names = children
        start = pattern.start_pos
        if source is None:  # "If fieldName is omitted, @message is used by default" (user guide, parse)
            source = FieldReference(start, start, "@message", ("@message",))
        return ParseCommand(*_span(meta), source, _pattern(pattern), tuple(names))

    def stats(self, meta: Meta, children: list[Any]) -> StatsCommand:
        measures, groups = children
        return StatsCommand(*_span(meta), measures, groups or ())

    def measures(self, _meta: Meta, children: list[Any]) -> tuple[NamedExpression, ...]:
        return tuple(children)

    groups = arguments = measures

    def sort(self, meta: Meta, children: list[Any]) -> SortCommand:
        return SortCommand(*_span(meta), tuple(children))

    def sort_key(self, meta: Meta, children: list[Any]) -> SortKey:
        field, direction = children
        return SortKey(*_span(meta), field, direction is not None and direction.type == "DESC")

    def limit(self, meta: Meta, children: list[Any]) -> LimitCommand:
        return LimitCommand(*_span(meta), int(children[0]))

    def dedup(self, meta: Meta, children: list[Any]) -> DedupCommand:
        return DedupCommand(*_span(meta), tuple(children))

    def named(self, meta: Meta, children: list[Any]) -> NamedExpression:
        expression, alias = children
        name = alias or (expression if isinstance(expression, FieldReference) else None)
        start, end = _span(meta)
        written = self._text[start:end]
        return NamedExpression(start, end, expression, name.name if name else written, alias is not None)

    def unnamed(self, meta: Meta, children: list[Any]) -> NamedExpression:
        return self.named(meta, [children[0], None])

    def operation(self, meta: Meta, children: list[Any]) -> Operation:
        left, operator, right = children
        return Operation(*_span(meta), operator.lower(), (left, right))

    def prefix(self, meta: Meta, children: list[Any]) -> Operation:
        operator, operand = children
        return Operation(*_span(meta), operator.lower(), (operand,))

    def matching(self, meta: Meta, children: list[Any]) -> Matching:
        subject, negation, pattern = children
        return Matching(*_span(meta), subject, _pattern(pattern), negation is not None)

    def matching_regex(self, meta: Meta, children: list[Any]) -> Matching:
        return Matching(*_span(meta), children[0], _pattern(children[1]), False)

    def membership(self, meta: Meta, children: list[Any]) -> Membership:
        subject, negation, *values = children
        return Membership(*_span(meta), subject, tuple(values), negation is not None)

    def call(self, meta: Meta, children: list[Any]) -> FunctionCall:
        name, arguments = children
        starred = isinstance(arguments, Token)
        return FunctionCall(*_span(meta), name.lower(), () if starred else arguments or (), starred)

    def constant(self, meta: Meta, children: list[Any]) -> LiteralValue:
        return LiteralValue(*_span(meta), _constant(children[0]))

    def negative(self, meta: Meta, children: list[Any]) -> LiteralValue:
        return LiteralValue(*_span(meta), -_number(children[1]))

    def period(self, meta: Meta, children: list[Any]) -> PeriodLiteral:
        parts = re.fullmatch(r"(\d+)(\w+)", children[0])
        assert parts, children
        return PeriodLiteral(*_span(meta), int(parts[1]), parts[2].lower())

    def field(self, meta: Meta, children: list[Any]) -> FieldReference:
        written = str(children[0])
        keys = tuple(quoted or index or plain for quoted, index, plain in _STEP.findall(written))
        return FieldReference(*_span(meta), written.replace("`", ""), keys)


def _span(meta: Meta) -> tuple[int, int]:
    return meta.start_pos, meta.end_pos


def _pattern(token: Token) -> LiteralValue | RegexLiteral:
    start, end = token.start_pos or 0, token.end_pos or 0
    if token.type == "REGEX":
        return RegexLiteral(start, end, token[1:-1])
    return LiteralValue(start, end, _unquoted(token))


def _constant(token: Token) -> str | int | float | bool:
    if token.type == "STRING":
        return _unquoted(token)
    if token.type == "NUMBER":
        return _number(token)
    return token.type == "TRUE"


def _number(token: Token) -> int | float:
    return int(token) if token.isdigit() else float(token)


def _unquoted(token: Token) -> str:
    """The text between quotes, in which a backslash stands for the next character, or for a line break."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), token[1:-1], flags=re.DOTALL)


_LARK = Lark(
    _GRAMMAR,
    start="query",
    parser="lalr",
    lexer="contextual",
    propagate_positions=True,
    maybe_placeholders=True,
)
