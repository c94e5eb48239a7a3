"""`lab csv monitor`."""

import json
import time
from contextlib import nullcontext
from typing import Annotated

import typer
from rich.live import Live

from ops.lab.app.target import Target
from ops.lab.commands.csv_monitor_display import as_document, as_table
from ops.lab.commands.csv_options import choose_csv
from ops.lab.console import out
from ops.lab.files.snapshot import Snapshot, snapshot
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption

OnceOption = Annotated[bool, typer.Option("--once", help="Show it once and end.")]
EveryOption = Annotated[float, typer.Option("--every", min=0.5, max=60, help="Seconds between two looks.")]


def monitor(
    once: OnceOption = False,
    every: EveryOption = 1,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Watch the S3 pipeline: queues, round, concurrency and pressure, files, failures. Ctrl-C ends it.

    With --json it prints a document a line, one for each look.
    """
    chosen = choose_csv(target, env)
    if once:
        now = snapshot(chosen)
        print(json.dumps(as_document(now, None), indent=2)) if as_json else out().print(as_table(now, None))
        return
    try:
        _watch(chosen, every, as_json=as_json)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _watch(target: Target, every: float, *, as_json: bool) -> None:
    before: Snapshot | None = None
    with nullcontext() if as_json else _screen() as live:
        while True:
            now = snapshot(target)
            if live is None:
                print(json.dumps(as_document(now, before)), flush=True)
            else:
                live.update(as_table(now, before), refresh=True)
            before = now
            time.sleep(every)


def _screen() -> Live:
    """The whole terminal; in a pipe, one table after another."""
    console = out()
    return Live(console=console, auto_refresh=False, screen=console.is_terminal)
