"""`lab query`: questions to the functions' logs, in the language of Logs Insights."""

import json
from typing import Annotated

import typer
from rich.console import Console

from ops.lab.app.function_names import FUNCTIONS_HELP, FunctionName
from ops.lab.app.insights_query import PLACEHOLDER, InsightsAnswer, SavedQuery, run_query, saved_queries
from ops.lab.app.insights_question import bin_column, measure_of, question_of
from ops.lab.app.time_span import seconds
from ops.lab.errors import Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose
from ops.lab.terminal import out
from ops.lab.whole_table import WholeTable

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
        list[FunctionName] | None,
        typer.Option(
            "--function", metavar="NAME", help=f"Only this function's log; repeatable. {FUNCTIONS_HELP}."
        ),
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
    if not question.strip():
        raise Refused("the query is empty", hint="the saved queries: lab query")
    text, groups = question_of(chosen, question, key, function or [])
    answer = run_query(chosen, text, groups, since=span, limit=limit)
    if as_json:
        statistics = {"matched": answer.matched, "scanned": answer.scanned, "bytes": answer.bytes}
        print(json.dumps({"query": text, "rows": answer.rows, "statistics": statistics}, indent=2))
    else:
        _show(out(), answer, text, since, limit)


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
    if answer.columns:
        _table(answer, text).show(console)
    read = f"{answer.matched:,} of {answer.scanned:,} log events of the last {since} matched"
    if not answer.rows:
        console.print(f"[green]✓[/] no row: {read}", soft_wrap=True)
    elif not answer.columns:
        console.print(f"[yellow]![/] no event has a field that the query shows; {read}", soft_wrap=True)
    elif len(answer.rows) == limit:
        console.print(f"[dim]the first {limit} rows (--limit); {read}[/]", soft_wrap=True)
    else:
        console.print(f"[dim]{read}[/]", soft_wrap=True)


def _table(answer: InsightsAnswer, text: str) -> WholeTable:
    """A column for each field; by bin(), in the order of time and with bars for the first measure."""
    columns, rows = answer.columns, answer.rows
    by_bin = bin_column(text, columns)
    measure = measure_of(rows, columns, text) if by_bin else None
    if measure is None or by_bin is None:
        table = WholeTable(*columns, prose=_PROSE)
        for row in rows:
            table.add_message(*(row.get(name, "").rstrip() for name in columns))
        return table
    table = WholeTable(*columns, f"{measure} ▕", prose=_PROSE)
    most = max(float(row.get(measure) or 0) for row in rows)
    for row in sorted(rows, key=lambda row: row.get(by_bin, "")):
        bar = _bar(float(row.get(measure) or 0), most)
        table.add_message(*(row.get(name, "").rstrip() for name in columns), bar)
    return table


def _bar(value: float, most: float) -> str:
    """A bar as long as the value is of the greatest; what is more than nothing has one."""
    if value <= 0 or most <= 0:
        return ""
    return "█" * max(round(value / most * _BAR_WIDTH), 1)
