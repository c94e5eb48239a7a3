"""`lab files list`: the files of the files table."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from functions.files.processor.checkpoint import FileStatus
from ops.lab.commands.files.file_options import choose_files_target
from ops.lab.files import file_records
from ops.lab.files.file_records import CheckpointOnRecord
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption
from ops.lab.terminal import escape, out

COLOURS = {FileStatus.SUCCEEDED: "green", FileStatus.FAILED: "red", FileStatus.INFLIGHT: "yellow"}


def list_files(
    status: Annotated[
        FileStatus | None, typer.Option("--status", case_sensitive=False, help="Only these.")
    ] = None,
    most: Annotated[int, typer.Option("--max", "-n", min=1, help="So many at most, the latest first.")] = 20,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show files as the files table has them: how far each came, and why it failed."""
    everything = file_records.read_all_checkpoints(choose_files_target(target, env))
    found = [file for file in everything if status is None or file.status is status]
    found.sort(key=lambda file: file.updated, reverse=True)
    if as_json:
        print(json.dumps([asdict(file) for file in found[:most]], indent=2))
    else:
        _show(found[:most], Counter(file.status for file in everything))


def _show(found: Sequence[CheckpointOnRecord], counts: Counter[FileStatus]) -> None:
    # Lines and not a table: a terminal's width must not break a key.
    for file in found:
        state = f"[{COLOURS[file.status]}]{file.status:<9}[/]"
        out().print(f"{_clock(file)}  {state}  {escape(file.key)}  [dim]{_account(file)}[/]", soft_wrap=True)
        if file.error_type:
            out().print(f"          {escape(f'{file.error_type}: {file.reason}')}", soft_wrap=True)
    kinds = ", ".join(f"{count:,} {status}" for status, count in counts.most_common())
    out().print(f"[dim]{len(found)} shown; the table has {kinds or 'no files yet: lab files simulate'}[/]")


def _clock(file: CheckpointOnRecord) -> str:
    return f"{datetime.fromtimestamp(file.updated, UTC):%H:%M:%S}"


def _account(file: CheckpointOnRecord) -> str:
    counts = {"rejected": file.rows_rejected, "repeated": file.rows_repeated}
    more = "".join(f", {count:,} {what}" for what, count in counts.items() if count)
    tries = "" if file.attempts == 1 else f", {file.attempts} attempts"
    return f"{file.rows_delivered:,} rows delivered{more}{tries}"
