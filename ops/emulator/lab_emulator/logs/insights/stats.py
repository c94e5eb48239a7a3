"""Stats command, compiled: from rows to a row for each group."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from lab_emulator.logs.insights.aggregates import AGGREGATES, Aggregate, Start, count_rows, percentile
from lab_emulator.logs.insights.expression_compiler import ExpressionCompiler
from lab_emulator.logs.insights.log_record import Getter
from lab_emulator.logs.insights.malformed_query import MalformedQuery, mistake_at
from lab_emulator.logs.insights.scope import Compiled, Scope
from lab_emulator.logs.insights.syntax_tree import (
    Expression,
    FieldReference,
    FunctionCall,
    LiteralValue,
    Matching,
    Membership,
    Node,
    Operation,
    StatsCommand,
)
from lab_emulator.logs.insights.values import Value, ValueKind, text


class StatsRow:
    """One group: its columns by their names."""

    __slots__ = ("values",)

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values


class _Measure(NamedTuple):
    name: str
    compiled: Compiled


class StatsStage:
    """Stats command, ready to run. `columns` are the groups and then the measures, with their kinds."""

    def __init__(self, command: StatsCommand, scope: Scope) -> None:
        self._scope = scope
        self._compiler = ExpressionCompiler(scope)
        self._starts: list[Start] = []
        groups = [(group, self._compiler.value(group.expression)) for group in command.groups]
        self._group_names = [group.name for group, _ in groups]
        self._keys = [_as_key(compiled) for _, compiled in groups]
        after = Scope(scope.query, scope.window, closed=True)
        for group, compiled in groups:
            after.make(group.name, compiled.kind, group)
        self._measures: list[_Measure] = []
        for measure in command.measures:
            lifted = self._lift(measure.expression, after)
            compiled = ExpressionCompiler(after).value(lifted)
            after.make(measure.name, compiled.kind, measure)
            self._measures.append(_Measure(measure.name, compiled))
        self.columns = {name: after.made[name] for name in self._names()}
        scope.close(dict(self.columns))

    def run(self, rows: Iterable[Any]) -> Iterator[StatsRow]:
        """A row for each group, in the order in which they are met. No rows give no groups."""
        groups: dict[Any, tuple[list[Callable[[Any], None]], list[Callable[[], Value]]]] = {}
        key_of = _joined(self._keys)
        for row in rows:
            key = key_of(row)
            group = groups.get(key)
            if group is None:
                started = [start() for start in self._starts]
                group = groups[key] = ([add for add, _ in started], [result for _, result in started])
            for add in group[0]:
                add(row)
        for key, (_, results) in groups.items():
            yield self._row(key, [result() for result in results])

    def _row(self, key: tuple[Value, ...], results: list[Value]) -> StatsRow:
        values: dict[str, Value] = dict(zip(self._group_names, key, strict=True))
        values |= {_slot(position): value for position, value in enumerate(results)}
        row = StatsRow(values)
        for name, compiled in self._measures:
            values[name] = compiled.get(row)
        return row

    def _names(self) -> list[str]:
        return [*self._group_names, *(measure.name for measure in self._measures)]

    def _lift(self, expression: Expression, after: Scope) -> Expression:
        """The expression with a name in place of each aggregate, whose value a group has under that name."""
        if isinstance(expression, FunctionCall) and expression.name in AGGREGATES:
            slot = _slot(len(self._starts))
            aggregate, kind = self._aggregate(expression)
            self._starts.append(aggregate)
            after.made[slot] = kind
            return FieldReference(expression.start, expression.end, slot, (slot,))
        if isinstance(expression, FunctionCall):
            lifted = tuple(self._lift(argument, after) for argument in expression.arguments)
            return replace(expression, arguments=lifted)
        if isinstance(expression, Operation):
            lifted = tuple(self._lift(operand, after) for operand in expression.operands)
            return replace(expression, operands=lifted)
        if isinstance(expression, Matching | Membership):
            return replace(expression, subject=self._lift(expression.subject, after))
        return expression

    def _aggregate(self, call: FunctionCall) -> tuple[Start, ValueKind]:
        if call.name == "count" and not call.arguments:
            return count_rows, ValueKind.COMPUTED
        arguments = 2 if call.name == "pct" else 1
        if call.starred or len(call.arguments) != arguments:
            raise self._mistake(f"{call.name} takes {arguments} argument{'s' * (arguments > 1)}", call)
        aggregate = self._percentile(call.arguments[1]) if call.name == "pct" else AGGREGATES[call.name]
        if aggregate.timed and self._scope.closed:
            raise self._mistake(f"{call.name} needs the time of events, which are no more after stats", call)
        compiled = self._compiler.value(call.arguments[0])
        return aggregate.start(compiled.get), aggregate.kind(compiled.kind)

    def _percentile(self, argument: Expression) -> Aggregate:
        percent = argument.value if isinstance(argument, LiteralValue) else None
        if isinstance(percent, int | float) and 0 <= percent <= 100:
            return percentile(percent)
        raise self._mistake("a percentile is a number from 0 to 100", argument)

    def _mistake(self, what: str, node: Node) -> MalformedQuery:
        return mistake_at(self._scope.query, what, node.start, node.end)


def _slot(position: int) -> str:
    """The name of an aggregate's value, which no query can write."""
    return f"\0{position}"


def _as_key(compiled: Compiled) -> Getter:
    """Values with one text are one group, such as 500 and "500", and maps and lists are none: stats does not
    support them. Timestamps, which are numbers all, stay such."""
    get = compiled.get
    as_it_is = int if compiled.kind is ValueKind.TIMESTAMP else str

    def key(row: Any) -> Value:
        value = get(row)
        return value if type(value) is as_it_is else text(value)

    return key


def _joined(keys: list[Getter]) -> Callable[[Any], tuple[Value, ...]]:
    if not keys:
        return lambda _row: ()
    if len(keys) == 1:
        [only] = keys
        return lambda row: (only(row),)
    if len(keys) == 2:
        one, other = keys
        return lambda row: (one(row), other(row))
    return lambda row: tuple([key(row) for key in keys])
