"""Scope of a command: which names it may use, and what stands behind each.

Until the first `stats` a name that the query has not made is a field of the log. After it there are only the
columns of that `stats` (user guide, "Use multiple stats commands in a single query").
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lab_emulator.logs.insights.log_record import (
    SYSTEM_FIELDS,
    TIMESTAMP_FIELDS,
    Getter,
    discovered_field,
    value_at,
)
from lab_emulator.logs.insights.malformed_query import mistake_at
from lab_emulator.logs.insights.record_pointer import pointer_of
from lab_emulator.logs.insights.syntax_tree import FieldReference, Node
from lab_emulator.logs.insights.values import ValueKind


class Compiled(NamedTuple):
    """Expression ready to be evaluated: what it has for a row, and how a column of it is shown."""

    get: Getter
    kind: ValueKind


class QueryWindow(NamedTuple):
    """Time range of a query, both ends inclusive, and when it began: milliseconds since the epoch."""

    start: int
    end: int
    now: int


@dataclass
class Scope:
    """Names that the query made so far, with the kinds of their values."""

    query: str
    window: QueryWindow
    made: dict[str, ValueKind] = field(default_factory=dict)
    in_making: set[str] = field(default_factory=set)
    closed: bool = False

    def resolve(self, reference: FieldReference) -> Compiled:
        """What a name stands for. Raises MalformedQuery where nothing does."""
        name, keys = reference.name, reference.keys
        if name in self.in_making or keys[0] in self.in_making:
            # On AWS it has no value there.
            raise mistake_at(
                self.query,
                f"{keys[0]} is made by this command, and known to the next one alone",
                reference.start,
                reference.end,
            )
        if name in self.made:
            return Compiled(_made(name), self.made[name])
        if self.closed:
            raise mistake_at(
                self.query,
                f"{name} is no column of the stats command before it",
                reference.start,
                reference.end,
            )
        if len(keys) > 1 and keys[0] in self.made:
            return Compiled(_within(keys[0], keys[1:]), ValueKind.RAW)
        if name == "@ptr":
            return Compiled(pointer_of, ValueKind.RAW)
        if name in SYSTEM_FIELDS:
            return Compiled(
                SYSTEM_FIELDS[name], ValueKind.TIMESTAMP if name in TIMESTAMP_FIELDS else ValueKind.RAW
            )
        return Compiled(discovered_field(keys), ValueKind.RAW)

    def make(self, name: str, kind: ValueKind, node: Node) -> None:
        """Take in a name that the query gives. Raises MalformedQuery where it has given it before."""
        if name in self.made:
            raise mistake_at(self.query, f"Ephemeral field is already defined: {name}", node.start, node.end)
        self.made[name] = kind

    def close(self, columns: dict[str, ValueKind]) -> None:
        """Leave nothing but the columns of a stats command."""
        self.made, self.closed = columns, True


def _made(name: str) -> Getter:
    return lambda row: row.values.get(name)


def _within(name: str, path: tuple[str, ...]) -> Getter:
    def get(row: Any) -> Any:
        found = value_at(row.values.get(name), path)
        return int(found) if isinstance(found, bool) else found

    return get
