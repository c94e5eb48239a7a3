"""`lab csv files`."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ops.lab.commands.csv_options import choose_csv
from ops.lab.console import out
from ops.lab.csv import files_table
from ops.lab.csv.file_records import Checkpoint, Status
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption

COLOURS = {Status.SUCCEEDED: "green", Status.FAILED: "red", Status.INFLIGHT: "yellow"}


def files(
    status: Annotated[
        Status | None, typer.Option("--status", case_sensitive=False, help="Only these.")
    ] = None,
    most: Annotated[int, typer.Option("--max", "-n", min=1, help="So many at most, the latest first.")] = 20,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show files as the files table has them: how far each came, and why it failed."""
    everything = files_table.all_checkpoints(choose_csv(target, env))
    found = [file for file in everything if status is None or file.status is status]
    found.sort(key=lambda file: file.updated, reverse=True)
    if as_json:
        print(json.dumps([asdict(file) for file in found[:most]], indent=2))
    else:
        _show(found[:most], Counter(file.status for file in everything))


def _show(found: Sequence[Checkpoint], counts: Counter[Status]) -> None:
    table = Table("file", "status", "delivered", "rejected", "repeated", "attempts", "updated", "reason")
    for column in table.columns[2:6]:
        column.justify = "right"
    for file in found:
        table.add_row(
            escape(file.key),
            f"[{COLOURS[file.status]}]{file.status}[/]",
            f"{file.rows_delivered:,}",
            f"{file.rows_rejected:,}",
            f"{file.rows_repeated:,}",
            str(file.attempts),
            f"{datetime.fromtimestamp(file.updated, UTC):%H:%M:%S}",
            escape(f"{file.error_type}: {file.reason}" if file.error_type else ""),
        )
    if found:
        out().print(table)
    kinds = ", ".join(f"{count:,} {status}" for status, count in counts.most_common())
    out().print(f"[dim]{len(found)} shown; the table has {kinds or 'no files yet: lab csv simulate'}[/]")
