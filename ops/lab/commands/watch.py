"""`lab watch`: the ingestion pipeline live in the terminal, as `lab files monitor` is for files."""

import json
import time
from contextlib import nullcontext
from dataclasses import asdict

import typer
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table

from ops.lab.app.target import Target
from ops.lab.options import EnvOption, EveryOption, JsonOption, OnceOption, TargetName, TargetOption, choose
from ops.lab.probes.ingestion_snapshot import IngestionSnapshot, ingestion_snapshot
from ops.lab.terminal import escape, live_screen, out


def watch(
    once: OnceOption = False,
    every: EveryOption = 1,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Watch the ingestion pipeline: queues, ages, rates, alarms, failure mode. Ctrl-C ends it.

    With --json it prints a document a line, one for each look.
    """
    chosen = choose(target, env)
    if once:
        now = ingestion_snapshot(chosen)
        print(json.dumps(asdict(now), indent=2)) if as_json else out().print(as_panel(now))
        return
    try:
        _watch(chosen, every, as_json=as_json)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _watch(target: Target, every: float, *, as_json: bool) -> None:
    with nullcontext() if as_json else live_screen() as live:
        while True:
            now = ingestion_snapshot(target)
            if live is None:
                print(json.dumps(asdict(now)), flush=True)
            else:
                live.update(as_panel(now), refresh=True)
            time.sleep(every)


def as_panel(now: IngestionSnapshot) -> RenderableType:
    """Everything at a glance; what an operator must act on is red."""
    grid = Table.grid(padding=(0, 3))
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    for name, text in (
        ("queue", f"{now.queue}{_age(now)}"),
        ("dead ends", f"{_count(now.dlq.total, 'in the DLQ')}, {_count(now.parked.total, 'parked')}"),
        ("worker", _rates(now)),
        ("delivery", now.delivery if now.delivery == "Enabled" else f"[yellow]{escape(now.delivery)}[/]"),
        ("alarms", _alarms(now)),
        ("failure mode", "none" if now.failure_mode == "none" else f"[red]{escape(now.failure_mode)}[/]"),
    ):
        grid.add_row(name, text)
    return Panel(grid, title="ingestion pipeline", title_align="left", border_style="dim", expand=False)


def _age(now: IngestionSnapshot) -> str:
    return "" if now.age_seconds is None else f"; the oldest is {now.age_seconds:.0f} s old"


def _count(count: int, what: str) -> str:
    return f"[{'red' if count else 'green'}]{count} {what}[/]"


def _rates(now: IngestionSnapshot) -> str:
    failed = f"{now.failed_per_second:g}/s fail"
    failed = f"[red]{failed}[/]" if now.failed_per_second else failed
    rates = f"[cyan]{now.processed_per_second:g}/s processed[/], {now.duplicates_per_second:g}/s duplicates"
    return f"{rates}, {failed}  [dim]over the last {now.window_seconds:.0f} s[/]"


def _alarms(now: IngestionSnapshot) -> str:
    if now.raised:
        return f"[bold red]{', '.join(map(escape, now.raised))}[/] of {now.alarms}"
    return f"[green]none of {now.alarms}[/]"
