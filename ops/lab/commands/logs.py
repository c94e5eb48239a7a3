"""`lab logs` and `lab errors`: what the functions log, line by line or counted."""

import json
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ops.lab.app.function_names import FUNCTIONS_HELP, FunctionName, deployed_functions
from ops.lab.app.log_tail import UNINTERESTING, FunctionLogLine, LogTail
from ops.lab.app.time_span import seconds
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose
from ops.lab.terminal import out
from ops.lab.whole_table import WholeTable

ErrorKind = tuple[str, str, str]  # function, error type, category
_LEVELS = {"ERROR": "bold red", "CRITICAL": "bold red", "WARNING": "yellow", "INFO": "green", "DEBUG": "dim"}


def logs(
    function: Annotated[
        FunctionName | None,
        typer.Argument(help=f"Only this function. {FUNCTIONS_HELP}.", metavar="[FUNCTION]"),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    since: Annotated[str, typer.Option(help="How far back: 90s, 5m, 2h, 1d.")] = "5m",
    text: Annotated[str | None, typer.Option("--filter", help="Only lines that contain this text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The functions' JSON lines as they are.")] = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show what the functions log, oldest first."""
    since_ms = int((time.time() - seconds(since)) * 1000)
    chosen = choose(target, env)
    tail = LogTail(chosen, [function] if function else deployed_functions(chosen), since_ms)
    lines = tail.follow() if follow else tail.read()
    try:
        _print(out(), (line for line in lines if text is None or text in line.message), as_json)
    except KeyboardInterrupt:
        if follow:  # nothing was cut off: that is how it ends
            raise typer.Exit(0) from None
        raise


def _print(console: Console, lines: Iterable[FunctionLogLine], as_json: bool) -> None:
    for line in lines:
        if not as_json:
            console.print(pretty(line), soft_wrap=True)
        elif line.fields is not None:
            print(line.message)


def pretty(line: FunctionLogLine) -> Text:
    """Time, function, level, message and the fields; what is not JSON stands as it is, dimmed."""
    clock = datetime.fromtimestamp(line.time_ms / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
    text = Text.assemble((clock, "dim"), " ", (f"{line.function.value:<7}", "cyan"), " ")
    fields = line.fields
    if fields is None:
        return text.append(line.message, "dim")
    level = str(fields.get("level", ""))
    text.append(f"{level:<7} ", _LEVELS.get(level, "")).append(str(fields.get("message", "")), "bold")
    for name, value in fields.items():
        if name not in UNINTERESTING:
            text.append(f" {name}=", "dim").append(str(value))
    if "exception" in fields:
        text.append("\n" + str(fields["exception"]), "red")
    return text


def errors(
    since: Annotated[str, typer.Option(help="How far back: 90s, 5m, 2h, 1d.")] = "15m",
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Which errors the functions logged, how often, for how many events, and when last.

    `lab query error-analysis` asks the same of Logs Insights.
    """
    since_ms = int((time.time() - seconds(since)) * 1000)
    by_kind: dict[ErrorKind, list[FunctionLogLine]] = defaultdict(list)
    chosen = choose(target, env)
    for line in LogTail(chosen, deployed_functions(chosen), since_ms).read():
        if (fields := line.fields) and "errorType" in fields:
            kind = (line.function.value, str(fields["errorType"]), str(fields.get("errorCategory", "")))
            by_kind[kind].append(line)
    if as_json:
        print(json.dumps([_count(kind, lines) for kind, lines in _most_first(by_kind)], indent=2))
    elif by_kind:
        _table(by_kind).show(out())
    else:
        out().print(f"[green]✓[/] no error in the last {since}")


def _most_first(
    by_kind: dict[ErrorKind, list[FunctionLogLine]],
) -> list[tuple[ErrorKind, list[FunctionLogLine]]]:
    return sorted(by_kind.items(), key=lambda entry: -len(entry[1]))


def _count(kind: ErrorKind, lines: list[FunctionLogLine]) -> dict[str, Any]:
    """What is told of one kind of error; `last` is in UTC."""
    function, error_type, category = kind
    return {
        "function": function,
        "error_type": error_type,
        "category": category,
        "failures": len(lines),
        "events": len({(line.fields or {}).get("idempotencyKey") for line in lines} - {None}),
        "last": datetime.fromtimestamp(max(line.time_ms for line in lines) / 1000, UTC).isoformat(),
    }


def _table(by_kind: dict[ErrorKind, list[FunctionLogLine]]) -> WholeTable:
    table = WholeTable("function", "error type", "category", "failures", "events", "last (UTC)")
    for kind, lines in _most_first(by_kind):
        count = _count(kind, lines)
        last = f"{datetime.fromisoformat(count['last']):%H:%M:%S}"
        table.add_message(*kind, str(count["failures"]), str(count["events"]), last)
    return table
