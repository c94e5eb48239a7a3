"""Query, compiled: the commands as stages that rows go through one by one, and the columns of the answer.

Rows come newest first, as AWS answers a query that does not sort; those of stats in the order of time.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lab_emulator.logs.insights.expression_compiler import ExpressionCompiler
from lab_emulator.logs.insights.extraction import extraction
from lab_emulator.logs.insights.log_record import LogRecord
from lab_emulator.logs.insights.malformed_query import mistake_at, unexpected_symbol
from lab_emulator.logs.insights.query_parser import parse_query
from lab_emulator.logs.insights.scope import Compiled, QueryWindow, Scope
from lab_emulator.logs.insights.stats import StatsStage
from lab_emulator.logs.insights.syntax_tree import (
    Command,
    DedupCommand,
    DisplayCommand,
    FieldReference,
    FieldsCommand,
    FilterCommand,
    LimitCommand,
    NamedExpression,
    ParseCommand,
    SortCommand,
    StatsCommand,
)
from lab_emulator.logs.insights.values import natural_order, shown, text

# "The default is 10,000", and the most (API reference, StartQuery: limit).
MAX_ROWS = 10_000
MAX_STATS = 2  # "This quota can't be changed" (user guide, stats)

Stage = Callable[[Iterable[Any]], Iterable[Any]]
ResultRow = list[tuple[str, str]]
"""Names of columns and their values. What has no value is left out."""


@dataclass(frozen=True)
class QueryAnswer:
    """Rows of the answer, and how many events matched the filters."""

    rows: list[ResultRow]
    matched: int


class CompiledQuery:
    """Query for one run. Making one raises MalformedQuery where the text is none."""

    def __init__(self, query: str, window: QueryWindow) -> None:
        self._query = query
        self._scope = Scope(query, window)
        self._stages: list[Stage] = []
        self._columns: dict[str, Compiled] = {}
        self._displayed: dict[str, Compiled] | None = None
        self._matched = 0
        self._counted = False
        self._stats = 0
        self._bounded = self._deduplicated = False
        for command in parse_query(query):
            self._add(command)
        self._count_matches()

    @property
    def newest_first(self) -> bool:
        """In which order `run` wants its records."""
        return self._stats == 0

    def run(self, records: Iterable[LogRecord], limit: int = MAX_ROWS) -> QueryAnswer:
        """Send the records through the stages. It may be done once."""
        rows: Iterable[Any] = records
        for stage in self._stages:
            rows = stage(rows)
        columns = self._result_columns()
        answer = [_row(row, columns) for row in _first(rows, limit)]
        return QueryAnswer(answer, self._matched)

    def _add(self, command: Command) -> None:
        if self._deduplicated and not isinstance(command, LimitCommand):
            raise unexpected_symbol(self._query, command.start, "only limit may follow dedup")
        match command:
            case FieldsCommand():
                self._add_fields(command)
            case DisplayCommand():
                self._displayed = {column.name: self._compile(column) for column in command.columns}
            case FilterCommand():
                condition = ExpressionCompiler(self._scope).condition(command.condition)
                self._stages.append(lambda rows: filter(condition, rows))
            case ParseCommand():
                self._stages.append(extraction(command, self._scope))
            case StatsCommand():
                self._add_stats(command)
            case SortCommand():
                self._bounded = True
                self._add_sort(command)
            case LimitCommand():
                self._bounded = True
                self._add_limit(command)
            case DedupCommand():
                self._deduplicated = True
                self._add_dedup(command)

    def _compile(self, column: NamedExpression) -> Compiled:
        return ExpressionCompiler(self._scope).value(column.expression)

    def _add_fields(self, command: FieldsCommand) -> None:
        """Columns of a command do not see each other: a name that one makes is known to the next command."""
        compiled = []
        for column in command.columns:
            compiled.append((column, self._compile(column)))
            if column.has_alias:
                self._scope.in_making.add(column.name)
        self._scope.in_making.clear()
        made = []
        for column, value in compiled:
            self._columns[column.name] = value
            if column.has_alias or not isinstance(column.expression, FieldReference):
                if column.has_alias or column.name not in self._scope.made:
                    self._scope.make(column.name, value.kind, column)
                made.append((column.name, value.get))
                self._columns[column.name] = self._scope.resolve(
                    FieldReference(column.start, column.end, column.name, (column.name,))
                )
        if made:
            self._stages.append(lambda rows: _with_fields(rows, made))

    def _add_stats(self, command: StatsCommand) -> None:
        self._stats += 1
        if self._stats > MAX_STATS:
            raise unexpected_symbol(self._query, command.start, "a query has at most two stats commands")
        if self._bounded:
            raise unexpected_symbol(self._query, command.start, "sort and limit come after the last stats")
        self._count_matches()
        stage = StatsStage(command, self._scope)
        self._stages.append(stage.run)
        self._displayed = None
        self._columns = {
            name: self._scope.resolve(FieldReference(command.start, command.end, name, (name,)))
            for name in stage.columns
        }

    def _add_sort(self, command: SortCommand) -> None:
        keys = [(self._scope.resolve(key.field).get, key.descending) for key in command.keys]

        of_log = not self._stats

        def sort(rows: Iterable[Any]) -> list[Any]:
            keyed = []
            for row in rows:
                keyed.append(([natural_order(get(row)) for get, _ in keys], row))
                if of_log:
                    row.forget()
            # The reverse of the ascending order, in which equal ones stay as they are.
            for position, (_, descending) in reversed(list(enumerate(keys))):
                keyed.sort(key=lambda each, position=position: each[0][position], reverse=descending)
            return [row for _, row in keyed]

        self._stages.append(sort)

    def _add_limit(self, command: LimitCommand) -> None:
        count = command.count
        if not 1 <= count <= MAX_ROWS:
            raise mistake_at(self._query, f"a limit is between 1 and {MAX_ROWS}", command.start, command.end)
        self._count_matches()
        self._stages.append(lambda rows: _first(rows, count))

    def _add_dedup(self, command: DedupCommand) -> None:
        self._count_matches()
        keys = [self._scope.resolve(each).get for each in command.fields]

        def deduplicated(rows: Iterable[Any]) -> Iterator[Any]:
            seen: set[tuple[str | None, ...]] = set()
            for row in rows:
                key = tuple([text(get(row)) for get in keys])
                # "Null values are not considered duplicates" (user guide, dedup).
                if None in key or key not in seen:
                    seen.add(key)
                    yield row

        self._stages.append(deduplicated)

    def _count_matches(self) -> None:
        """Count here what goes on, once: the filters before are those that events match."""
        if not self._counted:
            self._counted = True
            self._stages.append(self._counting)

    def _counting(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self._matched += 1
            yield row

    def _result_columns(self) -> list[tuple[str, Compiled]]:
        columns = self._columns if self._displayed is None else self._displayed
        if self._stats:
            return list(columns.items())
        if not columns:
            columns = {name: self._system_field(name) for name in ("@timestamp", "@message")}
        return list((columns | {"@ptr": self._system_field("@ptr")}).items())

    def _system_field(self, name: str) -> Compiled:
        return self._scope.resolve(FieldReference(0, 0, name, (name,)))


def _first(rows: Iterable[Any], count: int) -> Iterator[Any]:
    """The first rows; the others are still fetched, and so counted."""
    remaining = iter(rows)
    yield from islice(remaining, count)
    deque(remaining, maxlen=0)


def _with_fields(rows: Iterable[Any], made: list[tuple[str, Callable[[Any], Any]]]) -> Iterator[Any]:
    for row in rows:
        row.values = row.values | {name: get(row) for name, get in made}
        yield row


def _row(row: Any, columns: list[tuple[str, Compiled]]) -> ResultRow:
    cells = ((name, shown(compiled.get(row), compiled.kind)) for name, compiled in columns)
    return [(name, value) for name, value in cells if value is not None]
