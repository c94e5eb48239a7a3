"""Parse command, compiled: the fields that a glob or a regular expression finds in a text.

Rows without a match go on without them (user guide, parse).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lab_emulator.logs.insights.log_record import Getter
from lab_emulator.logs.insights.malformed_query import mistake_at
from lab_emulator.logs.insights.regular_expression import UnsupportedRegex, compile_regex_literal
from lab_emulator.logs.insights.scope import Scope
from lab_emulator.logs.insights.syntax_tree import ParseCommand, RegexLiteral
from lab_emulator.logs.insights.values import ValueKind, text


def extraction(command: ParseCommand, scope: Scope) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """A stage that adds the fields to each row, and their names to the scope. Raises MalformedQuery."""
    get = scope.resolve(command.source).get
    pattern, names = _pattern(command, scope)
    for name in names.values():
        scope.make(name, ValueKind.RAW, command)
    return lambda rows: _extracted(rows, get, pattern, names)


def _extracted(
    rows: Iterable[Any], get: Getter, pattern: re.Pattern[str], names: dict[int, str]
) -> Iterator[Any]:
    search = pattern.search
    for row in rows:
        written = text(get(row))
        if written is not None and (found := search(written)):
            row.values = row.values | {name: found[group] for group, name in names.items()}
        yield row


def _pattern(command: ParseCommand, scope: Scope) -> tuple[re.Pattern[str], dict[int, str]]:
    """The expression, and the names of those of its groups that become fields, by their numbers."""
    pattern = command.pattern
    if isinstance(pattern, RegexLiteral):
        try:
            regex = compile_regex_literal(pattern.body)
        except UnsupportedRegex as error:
            raise mistake_at(scope.query, str(error), pattern.start, pattern.end) from error
        if not regex.groups:
            raise mistake_at(
                scope.query, "the expression has no named group, (?<name>…)", pattern.start, pattern.end
            )
        return regex.compiled, regex.groups
    compiled, asterisks = compile_glob(str(pattern.value))
    if asterisks != len(command.names):
        raise mistake_at(
            scope.query,
            f"the pattern has {asterisks} asterisks and {len(command.names)} names",
            pattern.start,
            pattern.end,
        )
    return compiled, {number: name.name for number, name in enumerate(command.names, start=1)}


def compile_glob(pattern: str) -> tuple[re.Pattern[str], int]:
    """The expression of a glob, and how many asterisks it has, each a group of the expression.

    A glob is found anywhere in a text, as in the user guide's `parse @message "[*] * The error was: *"`. An
    asterisk takes as little as it can, but for one at the end, which takes all that is left.
    """
    literals = pattern.split("*")
    pieces = [re.escape(literals[0])]
    for position, literal in enumerate(literals[1:], start=2):
        last = position == len(literals) and not literal
        pieces += ["(.*)" if last else "(.*?)", re.escape(literal)]
    return re.compile("".join(pieces), re.DOTALL), len(literals) - 1
