"""`lab errors`."""

import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from ops.lab.app.function_names import deployed_functions
from ops.lab.app.log_tail import LogLine, LogTail
from ops.lab.commands.logs import seconds
from ops.lab.console import out
from ops.lab.options import EnvOption, TargetName, TargetOption, choose


def errors(
    since: Annotated[str, typer.Option(help="How far back: 90s, 5m, 2h, 1d.")] = "15m",
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Which errors the functions logged, how often, for how many events, and when last.

    What the saved query errors-by-type answers on AWS.
    """
    since_ms = int((time.time() - seconds(since)) * 1000)
    by_kind: dict[tuple[str, str, str], list[LogLine]] = defaultdict(list)
    chosen = choose(target, env)
    for line in LogTail(chosen, deployed_functions(chosen), since_ms).read():
        if (fields := line.fields) and "errorType" in fields:
            kind = (line.function.value, str(fields["errorType"]), str(fields.get("errorCategory", "")))
            by_kind[kind].append(line)
    if by_kind:
        out().print(_table(by_kind))
    else:
        out().print(f"[green]✓[/] no error in the last {since}")


def _table(by_kind: dict[tuple[str, str, str], list[LogLine]]) -> Table:
    table = Table("function", "error type", "category", "failures", "events", "last (UTC)", box=None)
    for kind, lines in sorted(by_kind.items(), key=lambda entry: -len(entry[1])):
        events = {(line.fields or {}).get("idempotencyKey") for line in lines}
        last = datetime.fromtimestamp(max(line.time_ms for line in lines) / 1000, UTC)
        table.add_row(*kind, str(len(lines)), str(len(events)), f"{last:%H:%M:%S}")
    return table
