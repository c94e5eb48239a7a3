"""Answers of queries over events of a test's own, as dictionaries."""

import json
from collections.abc import Iterable
from typing import Any

from lab_emulator.logs.insights.compiled_query import MAX_ROWS, CompiledQuery
from lab_emulator.logs.insights.log_record import LogRecord
from lab_emulator.logs.insights.scope import QueryWindow

# 2026-11-28 09:30:00 UTC.
T0 = 1_795_858_200_000
WINDOW = QueryWindow(start=T0, end=T0 + 3_600_000, now=T0 + 1_800_500)
LAMBDA_STREAM = "2026/11/28/[$LATEST]0123456789abcdef0123456789abcdef"

Row = dict[str, str]


def records(
    events: Iterable[Any], *, every_ms: int = 1000, stream: str = "s", group: str = "/g"
) -> list[LogRecord]:
    """A record for each event, `every_ms` after the one before. What is no text is written as JSON."""
    return [
        LogRecord(
            T0 + number * every_ms,
            T0 + number * every_ms + 20,
            event if isinstance(event, str) else json.dumps(event),
            stream,
            f"000000000000:{group}",
            number,
        )
        for number, event in enumerate(events)
    ]


def ask(query: str, found: list[LogRecord], *, limit: int = MAX_ROWS) -> list[Row]:
    """The rows of the answer in their order, without @ptr."""
    compiled = CompiledQuery(query, WINDOW)
    answer = compiled.run(reversed(found) if compiled.newest_first else found, limit)
    return [{name: value for name, value in row if name != "@ptr"} for row in answer.rows]


def matched(query: str, found: list[LogRecord]) -> int:
    """How many events the query's filters matched."""
    compiled = CompiledQuery(query, WINDOW)
    return compiled.run(reversed(found) if compiled.newest_first else found).matched


def value_of(expression: str, event: Any = "") -> str | None:
    """What an expression has for one event; None where it has no value."""
    [row] = ask(f"fields {expression} as answer", records([event]))
    return row.get("answer")
