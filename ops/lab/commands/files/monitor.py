"""`lab files monitor`: the files pipeline live in the terminal, as `lab watch` is for events."""

import json
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any

import typer
from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.target import Target
from ops.lab.commands.files.file_options import choose_files_target
from ops.lab.commands.files.list_files import COLOURS
from ops.lab.files.file_records import CheckpointOnRecord
from ops.lab.files.snapshot import Backlog, Snapshot, snapshot
from ops.lab.options import EnvOption, EveryOption, JsonOption, OnceOption, TargetName, TargetOption
from ops.lab.terminal import escape, live_screen, out


def monitor(
    once: OnceOption = False,
    every: EveryOption = 1,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Watch the files pipeline: queues, round, concurrency and pressure, files, failures. Ctrl-C ends it.

    With --json it prints a document a line, one for each look.
    """
    chosen = choose_files_target(target, env)
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
    with nullcontext() if as_json else live_screen() as live:
        while True:
            now = snapshot(target)
            if live is None:
                print(json.dumps(as_document(now, before)), flush=True)
            else:
                live.update(as_table(now, before), refresh=True)
            before = now
            time.sleep(every)


def as_document(now: Snapshot, before: Snapshot | None) -> dict[str, Any]:
    """What a script wants to know; `rows_per_second` is null at the first look."""
    rate = now.rows_per_second(before)
    return {
        "queue": asdict(now.backlog.queue),
        "dlq": now.backlog.dlq.total,
        "undelivered": now.backlog.undelivered,
        "failed_invocations": now.backlog.failed_invocations,
        "running": list(now.running),
        "lock_owner": now.control.owner,
        "concurrency": now.control.concurrency,
        "reserved_concurrency": now.reserved_concurrency,
        "max_concurrency": now.max_concurrency,
        "pressure_seconds": now.control.pressure,
        "error_rate": now.control.error_rate,
        "latency_milliseconds": now.control.latency_milliseconds,
        "files": {status.value: now.files[status] for status in FileStatus},
        "rows_delivered": now.rows,
        "rows_rejected": now.rows_rejected,
        "rows_per_second": None if rate is None else round(rate, 1),
        "failures": [
            {"key": file.key, "status": file.status, "error_type": file.error_type, "reason": file.reason}
            for file in now.failures
        ],
    }


def as_table(now: Snapshot, before: Snapshot | None) -> RenderableType:
    """Everything at a glance; what an operator must act on is red."""
    grid = Table.grid(padding=(0, 3))
    grid.add_column(style="bold")
    for name, text in (
        ("queue", str(now.backlog.queue)),
        ("dead ends", _dead_ends(now.backlog)),
        ("round", _round(now)),
        ("concurrency", _concurrency(now)),
        ("pressure", _pressure(now)),
        ("files", ", ".join(f"[{COLOURS[s]}]{now.files[s]:,} {s}[/]" for s in FileStatus)),
        ("rows", _rows(now, before)),
    ):
        grid.add_row(name, text)
    panel = Panel(grid, title="files pipeline", title_align="left", border_style="dim", expand=False)
    return Group(panel, _failures(now.failures)) if now.failures else panel


def _dead_ends(backlog: Backlog) -> str:
    counts = {
        "in the DLQ": backlog.dlq.total,
        "undelivered": backlog.undelivered,
        "failed invocations": backlog.failed_invocations,
    }
    return ", ".join(f"[{'red' if count else 'green'}]{count} {name}[/]" for name, count in counts.items())


def _round(now: Snapshot) -> str:
    if not now.running:
        owner = f", [yellow]but {escape(now.control.owner)} holds the lock[/]" if now.control.owner else ""
        return f"[dim]none is running[/]{owner}"
    return "[cyan]" + ", ".join(escape(name) for name in now.running) + "[/]"


def _concurrency(now: Snapshot) -> str:
    current = now.control.concurrency
    files = "not set yet" if current is None else f"[cyan]{'█' * current}[/] {current}"
    reserved = "none" if now.reserved_concurrency is None else now.reserved_concurrency
    return f"{files} of {now.max_concurrency} files at once; reserved concurrency {reserved}"


def _pressure(now: Snapshot) -> str:
    felt = now.control
    level = f"[yellow]{felt.pressure} s[/]" if felt.pressure else "[green]0 s[/]"
    last = f"{felt.error_rate:.0%} errors, {felt.latency_milliseconds:.0f} ms a call"
    return f"{level} more for each file; in the last batch {last}"


def _rows(now: Snapshot, before: Snapshot | None) -> str:
    rate = now.rows_per_second(before)
    speed = "" if rate is None else f", [cyan]{rate:,.0f} rows/s[/]"
    return f"{now.rows:,} delivered, {now.rows_rejected:,} rejected{speed}"


def _failures(files: Sequence[CheckpointOnRecord]) -> Table:
    table = Table(box=box.SIMPLE)  # the screen has no more than its width: what does not fit is folded
    for column in ("latest failures", "status", "attempts", "why"):
        table.add_column(column, overflow="fold")
    for file in files:
        why = escape(f"{file.error_type}: {file.reason}")
        table.add_row(escape(file.key), f"[{COLOURS[file.status]}]{file.status}[/]", str(file.attempts), why)
    return table
