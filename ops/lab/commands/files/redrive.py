"""`lab files redrive`: dead letters of files that an operator chooses, back to their queue."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn

from ops.lab.app import queue_depth
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.app.target import Target
from ops.lab.commands.files.file_options import choose_files_target
from ops.lab.errors import CommandError, Refused
from ops.lab.files.redrive import (
    MoveTask,
    Redriven,
    refuse_beside_move_task,
    start_move_task,
    wait_for_move_task,
)
from ops.lab.files.redrive import redrive as bring_back
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import lab_directory
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, refuse_beside_others
from ops.lab.progress import CountProgress
from ops.lab.terminal import out

_MOVE_WITHIN_SECONDS = 3600.0
_LATER = "[dim]the next round takes them up within a minute: lab files monitor[/]"

ErrorTypeOption = Annotated[
    str | None,
    typer.Option("--error-type", help='Only this errorType; "unknown" is what SQS itself moved.'),
]
MinAgeOption = Annotated[
    int | None,
    typer.Option("--min-age", min=0, help="Only what is in the DLQ for so many seconds."),
]
MaxOption = Annotated[int | None, typer.Option("--max", "-n", min=1, help="So many messages at most.")]
MoveTaskOption = Annotated[
    bool, typer.Option("--move-task", help="Have SQS move the whole DLQ: StartMessageMoveTask.")
]
RateOption = Annotated[
    int | None, typer.Option("--rate", min=1, max=500, help="With --move-task: messages a second at most.")
]


def redrive(
    error_type: ErrorTypeOption = None,
    min_age: MinAgeOption = None,
    max_messages: MaxOption = None,
    use_move_task: MoveTaskOption = False,
    rate: RateOption = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Bring dead letters back to the files' queue: those that match, or by SQS's own task all of them.

    A message leaves the DLQ only once SQS has confirmed its copy. Ctrl-C loses none either.
    """
    filters = RedriveFilters(error_type=error_type, min_age_seconds=min_age, max_messages=max_messages)
    if use_move_task and filters != RedriveFilters():
        raise Refused("--move-task moves everything", hint="leave --error-type, --min-age and --max out")
    if rate is not None and not use_move_task:
        raise Refused("--rate goes with --move-task")
    refuse_beside_others(target, env)
    chosen = choose_files_target(target, env)
    with exclusively(lab_directory().redrive_lock_file):
        if use_move_task:
            _move(chosen, rate, as_json=as_json)
        else:
            refuse_beside_move_task(chosen)
            _redrive(chosen, filters, as_json=as_json)


def _redrive(target: Target, filters: RedriveFilters, *, as_json: bool) -> None:
    with _bar(target, quiet=as_json) as (bar, task):

        def show(now: Redriven) -> None:
            bar.update(task, completed=now.moved + now.skipped + now.failed + now.copied)

        done = bring_back(target, filters, on_progress=show)
    if as_json:
        print(json.dumps(asdict(done), indent=2))
    else:
        _show(done)
    if done.failed:
        raise CommandError(f"SQS did not take {done.failed} messages", hint="they are still in the DLQ")


def _show(done: Redriven) -> None:
    copied = f", {done.copied} copied but still in the DLQ" if done.copied else ""
    out().print(f"[green]{done.moved} moved[/], {done.skipped} did not match, {done.failed} failed{copied}")
    if done.moved:
        out().print(_LATER)


def _move(target: Target, rate: int | None, *, as_json: bool) -> None:
    start_move_task(target, rate)
    with _bar(target, quiet=as_json) as (bar, task):

        def show(now: MoveTask) -> None:
            bar.update(task, completed=now.moved, total=max(now.to_move, now.moved))

        ended = wait_for_move_task(target, _MOVE_WITHIN_SECONDS, show)
    if as_json:
        print(json.dumps(asdict(ended), indent=2))
    else:
        out().print(f"[green]{ended.status}[/]: SQS moved about {ended.moved} of {ended.to_move} messages")
        out().print(_LATER)


@contextmanager
def _bar(target: Target, *, quiet: bool) -> Iterator[tuple[CountProgress, TaskID]]:
    columns = (TextColumn("dead letters"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    there = queue_depth.depth(target, target.output("CsvDlqUrl")).visible
    with CountProgress(*columns, quiet=quiet) as progress:
        yield progress, progress.add_task("redrive", total=there)
