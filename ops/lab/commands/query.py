"""`lab query`: questions to the functions' logs, in the language of Logs Insights."""

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated

import typer
from rich.console import Console

from ops.lab.app.function_names import FunctionName
from ops.lab.app.insights_query import (
    PLACEHOLDER,
    InsightsAnswer,
    SavedQuery,
    groups_of,
    run_query,
    saved_queries,
)
from ops.lab.app.target import Target
from ops.lab.commands.logs import seconds
from ops.lab.errors import NotUp, Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose
from ops.lab.terminal import out
from ops.lab.whole_table import WholeTable

_NAME = re.compile(r"[\w-]+")
_BIN = re.compile(r"\bbin\s*\([^)]*\)(?:\s+as\s+(?P<alias>[\w@.]+))?", re.IGNORECASE)
_BAR_WIDTH = 30
_PROSE = frozenset({"@message", "message", "errorDetail"})


def query(
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|TEXT", help="A saved query, or a query; without one, list those that are saved."
        ),
    ] = None,
    since: Annotated[str, typer.Option(help="How far back: 90s, 5m, 2h, 1d.")] = "15m",
    key: Annotated[
        str | None, typer.Option("--key", help=f"What stands for {PLACEHOLDER} in a saved query.")
    ] = None,
    function: Annotated[
        list[FunctionName] | None, typer.Option("--function", help="Only this function's log; repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many rows at most.")] = 100,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Ask the functions' logs in the language of Logs Insights: a saved query by its name, or any other.

    One that counts by bin() has a bar for each row. On an account AWS charges for what a query scans.
    """
    span = seconds(since)
    chosen = choose(target, env)
    if question is None:
        _list(saved_queries(chosen), as_json)
        return
    text, groups = _question(chosen, question, key, function or [])
    answer = run_query(chosen, text, groups, since=span, limit=limit)
    if as_json:
        statistics = {"matched": answer.matched, "scanned": answer.scanned, "bytes": answer.bytes}
        print(json.dumps({"query": text, "rows": answer.rows, "statistics": statistics}, indent=2))
    else:
        _show(out(), answer, text, since, limit)


def _question(
    target: Target, question: str, key: str | None, functions: Sequence[FunctionName]
) -> tuple[str, Sequence[str]]:
    """The query's text and the log groups that it reads. A single word is the name of a saved one."""
    if _NAME.fullmatch(question.strip()):
        saved = _named(saved_queries(target), question.strip())
        text, groups = saved.text, list(saved.log_groups)
    else:
        text, groups = question, []
    if PLACEHOLDER in text and key is None:
        raise Refused("this query is about one event", hint=f"lab query {question} --key KEY")
    if key is not None:
        if PLACEHOLDER not in text:
            raise Refused(
                "--key belongs to a saved query that asks for one event", hint="for example: event-trace"
            )
        text = text.replace(PLACEHOLDER, key.replace("\\", "\\\\").replace('"', '\\"'))
    if functions or not groups:
        groups = groups_of(target, functions)
    if not groups:
        raise NotUp("no function has logged anything yet", hint="lab send --count 5 --wait")
    return text, groups


def _named(saved: list[SavedQuery], name: str) -> SavedQuery:
    names = [each.name for each in saved]
    if name in names:
        return saved[names.index(name)]
    if not saved:
        raise NotUp("the app has no saved queries", hint="lab up deploys them, with the app")
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    guess = f"did you mean {close[0]}? " if close else ""
    raise Refused(f"there is no saved query {name}", hint=f"{guess}lab query lists them: {', '.join(names)}")


def _list(saved: list[SavedQuery], as_json: bool) -> None:
    if as_json:
        document = [{"name": each.name, "meaning": each.meaning, "query": each.text} for each in saved]
        print(json.dumps(document, indent=2))
        return
    table = WholeTable("query", "answers", prose={"answers"})
    for each in saved:
        table.add_message(each.name, each.meaning)
    table.show(out())


def _show(console: Console, answer: InsightsAnswer, text: str, since: str, limit: int) -> None:
    if answer.rows:
        _table(answer, text).show(console)
    read = f"{answer.matched:,} of {answer.scanned:,} log events of the last {since} matched"
    if not answer.rows:
        console.print(f"[green]✓[/] no row: {read}", soft_wrap=True)
    elif len(answer.rows) == limit:
        console.print(f"[dim]the first {limit} rows (--limit); {read}[/]", soft_wrap=True)
    else:
        console.print(f"[dim]{read}[/]", soft_wrap=True)


def _table(answer: InsightsAnswer, text: str) -> WholeTable:
    """A column for each field; by bin(), in the order of time and with bars for the first measure."""
    columns, rows = answer.columns, answer.rows
    bin_column = _bin_column(text, columns)
    measure = _measure(rows, columns, text) if bin_column else None
    if measure is None or bin_column is None:
        table = WholeTable(*columns, prose=_PROSE)
        for row in rows:
            table.add_message(*(row.get(name, "").rstrip() for name in columns))
        return table
    table = WholeTable(*columns, f"{measure} ▕", prose=_PROSE)
    most = max(float(row.get(measure) or 0) for row in rows)
    for row in sorted(rows, key=lambda row: row.get(bin_column, "")):
        bar = _bar(float(row.get(measure) or 0), most)
        table.add_message(*(row.get(name, "").rstrip() for name in columns), bar)
    return table


def _bin_column(text: str, columns: list[str]) -> str | None:
    """The column of the last bin() that the query groups by, by its alias or as it is written."""
    for found in reversed(list(_BIN.finditer(text))):
        name = found["alias"] or found[0]
        if name in columns:
            return name
    return None


def _measure(rows: list[dict[str, str]], columns: list[str], text: str) -> str | None:
    """The first column that is computed: of numbers, and none that the query groups by."""
    groups = re.split(r"\bby\b", text, flags=re.IGNORECASE)[-1].partition("|")[0]
    for name in columns:
        values = [row[name] for row in rows if name in row]
        if not re.search(rf"(?<![\w.@]){re.escape(name)}(?![\w.@])", groups) and all(map(_is_number, values)):
            return name
    return None


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _bar(value: float, most: float) -> str:
    """A bar as long as the value is of the greatest; what is more than nothing has one."""
    if value <= 0 or most <= 0:
        return ""
    return "█" * max(round(value / most * _BAR_WIDTH), 1)
