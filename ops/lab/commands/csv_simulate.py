"""`lab csv simulate`."""

import json
import time
from typing import Annotated

import typer

from ops.lab.app.target import Target
from ops.lab.commands.csv_options import (
    BadRowsOption,
    FilesOption,
    GzipOption,
    PrefixOption,
    PriorityOption,
    RowsOption,
    TimeoutOption,
    WorkersOption,
    choose_csv,
    file_batch,
    patience,
)
from ops.lab.commands.csv_simulate_display import show_outcome, show_uploads, simulation_bars
from ops.lab.console import out
from ops.lab.errors import CommandError
from ops.lab.files import variables
from ops.lab.files.file_batch import FileBatch, Priority
from ops.lab.files.simulation import Outcome, Simulation
from ops.lab.files.simulation import simulate as run_simulation
from ops.lab.files.upload import upload_all
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption

WaitOption = Annotated[
    bool, typer.Option("--wait", help="Wait until every file is done, and account for each row.")
]


def simulate(
    files: FilesOption = 10,
    rows: RowsOption = 50,
    workers: WorkersOption = 10,
    wait: WaitOption = False,
    prefix: PrefixOption = None,
    priority: PriorityOption = Priority.NORMAL,
    compressed: GzipOption = False,
    bad_rows: BadRowsOption = 0,
    timeout: TimeoutOption = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Upload generated CSV files in parallel; with --wait, follow each to its end and account for its rows.

    With --wait it ends with 0 only if every file succeeded and every good row was delivered once, or is on
    record as perhaps repeated.
    """
    batch = file_batch(
        files, rows, prefix=prefix, priority=priority, bad_rows=bad_rows, compressed=compressed
    )
    chosen = choose_csv(target, env)
    if wait:
        with simulation_bars(batch, quiet=as_json) as bars:
            within = patience(batch, timeout)
            done = run_simulation(chosen, batch, workers=workers, within=within, onlooker=bars)
        _report(chosen, done, as_json=as_json)
    else:
        _upload(chosen, batch, workers, as_json=as_json)


def _upload(target: Target, batch: FileBatch, workers: int, *, as_json: bool) -> None:
    began = time.monotonic()
    with simulation_bars(batch, quiet=as_json) as bars:
        uploads = upload_all(target, batch.contents(), workers=workers, on_upload=bars.uploaded)
    show_uploads(out(), uploads, round(time.monotonic() - began, 2), as_json=as_json)


def _report(target: Target, done: Simulation, *, as_json: bool) -> None:
    most = variables.scaler(target).max_concurrency
    if as_json:
        print(json.dumps(done.outcome.as_document() | {"max_concurrency": most}, indent=2))
    else:
        show_outcome(out(), done.outcome, most)
    if done.late is not None:
        raise done.late
    check(done.outcome)


def check(outcome: Outcome) -> None:
    """Raise CommandError unless each file succeeded and each row was delivered once."""
    if outcome.files_succeeded != outcome.files_sent:
        raise CommandError(
            f"{outcome.files_sent - outcome.files_succeeded} of {outcome.files_sent} files did not succeed",
            hint="see why: lab csv files --status FAILED; once that is mended: lab csv redrive",
        )
    if not outcome.proof.once:
        raise CommandError("not every row was delivered once", hint="the proof above counts which were not")
