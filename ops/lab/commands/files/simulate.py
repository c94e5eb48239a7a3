"""`lab files simulate`: generated files, uploaded, followed to their end, and accounted for."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from functions.files.rounds.priority import RoundPriority
from ops.lab.app.target import Target
from ops.lab.commands.files.file_options import (
    BadRowsOption,
    FilesOption,
    GzipOption,
    PrefixOption,
    PriorityOption,
    RowsOption,
    TimeoutOption,
    WorkersOption,
    choose_files_target,
    file_batch,
    patience,
)
from ops.lab.errors import CommandError, Interrupted
from ops.lab.files import function_settings
from ops.lab.files.following import FailedFile
from ops.lab.files.following import FollowedFiles as Followed
from ops.lab.files.simulation import Simulation, SimulationOutcome
from ops.lab.files.simulation import simulate as run_simulation
from ops.lab.files.upload import FileBatch, Upload, upload_all
from ops.lab.options import (
    EnvOption,
    ForceOption,
    JsonOption,
    TargetName,
    TargetOption,
    refuse_beside_others,
)
from ops.lab.progress import CountProgress
from ops.lab.terminal import escape, out

_FAILURES_SHOWN = 5
WaitOption = Annotated[
    bool, typer.Option("--wait", help="Wait until every file is done, and account for each row.")
]


def simulate(
    files: FilesOption = 10,
    rows: RowsOption = 50,
    workers: WorkersOption = 10,
    wait: WaitOption = False,
    prefix: PrefixOption = None,
    priority: PriorityOption = RoundPriority.NORMAL,
    compressed: GzipOption = False,
    bad_rows: BadRowsOption = 0,
    timeout: TimeoutOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Upload generated CSV files in parallel; with --wait, follow each to its end and account for its rows.

    With --wait it ends with 0 only if every file succeeded and every good row was delivered once, or is on
    record as perhaps repeated. Beside a drill it is refused without --force.
    """
    if not force:
        refuse_beside_others(target, env)
    batch = file_batch(
        files, rows, prefix=prefix, priority=priority, bad_rows=bad_rows, compressed=compressed
    )
    chosen = choose_files_target(target, env)
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
    most = function_settings.scaler(target).max_concurrency
    if as_json:
        print(json.dumps(done.outcome.as_document() | {"max_concurrency": most}, indent=2))
    else:
        show_outcome(out(), done.outcome, most)
    if done.late is not None:
        raise done.late
    check(done.outcome)


def check(outcome: SimulationOutcome) -> None:
    """Raise CommandError unless each file succeeded and each row was delivered once."""
    if outcome.files_succeeded != outcome.files_sent:
        raise CommandError(
            f"{outcome.files_sent - outcome.files_succeeded} of {outcome.files_sent} files did not succeed",
            hint="see why: lab files list --status FAILED; once that is repaired: lab files redrive",
        )
    if not outcome.proof.once:
        raise CommandError("not every row was delivered once", hint="the proof above counts which were not")


class SimulationBars:
    """Files uploaded, files done, rows delivered."""

    def __init__(self, progress: CountProgress, files: int, rows: int) -> None:
        self._progress = progress
        self._files = files
        self._uploaded = progress.add_task("uploaded", total=files, note="")
        self._done = progress.add_task("files done", total=files, visible=False, note="")
        self._rows = progress.add_task("rows delivered", total=rows, visible=False, note="")

    def uploaded(self, _upload: Upload) -> None:
        self._progress.advance(self._uploaded)

    def followed(self, now: Followed) -> None:
        note = f"[red]{len(now.failures)} failed[/]" if now.failures else ""
        done = self._files - len(now.pending)
        self._progress.update(self._done, completed=done, visible=True, note=note)
        self._progress.update(self._rows, completed=now.rows_delivered, visible=True)


@contextmanager
def simulation_bars(batch: FileBatch, *, quiet: bool) -> Iterator[SimulationBars]:
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with CountProgress(*columns, quiet=quiet) as progress:
        try:
            yield SimulationBars(progress, batch.files, batch.files * (batch.rows - batch.bad_rows))
        except KeyboardInterrupt:
            raise Interrupted(
                "what is uploaded goes on without you", hint="watch it: lab files monitor"
            ) from None


def show_uploads(console: Console, uploads: Sequence[Upload], seconds: float, *, as_json: bool) -> None:
    """What was sent. The result was not waited for: those numbers are null."""
    if as_json:
        unknown = dict.fromkeys(("files_succeeded", "files_failed", "rows_delivered"))
        print(json.dumps({"files_sent": len(uploads), **unknown, "seconds": seconds}, indent=2))
        return
    size = sum(upload.size_bytes for upload in uploads) / 1000
    rows = sum(upload.file.rows for upload in uploads)
    folder = uploads[0].file.key.rpartition("/")[0]
    console.print(
        f"[bold]{len(uploads)} files[/] with {rows:,} rows to [cyan]{escape(folder)}/[/]"
        f"  [dim]{size:,.0f} kB in {seconds:.1f} s[/]",
        soft_wrap=True,
    )
    console.print("  [dim]watch them: lab files monitor; --wait accounts for every row[/]")


def show_outcome(console: Console, outcome: SimulationOutcome, most: int) -> None:
    """Files, rows, the proof, the concurrency, and why files failed."""
    failed = f", [red]{outcome.files_failed} failed[/]" if outcome.files_failed else ""
    pending = f", [yellow]{outcome.files_pending} not done[/]" if outcome.files_pending else ""
    rate = outcome.rows_delivered / max(0.01, outcome.seconds)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_row(
        "files", f"{outcome.files_sent} sent, [green]{outcome.files_succeeded} succeeded[/]{failed}{pending}"
    )
    table.add_row("rows", f"{outcome.rows_delivered:,} delivered, {outcome.rows_rejected:,} rejected")
    table.add_row("proof", _proof(outcome))
    within = "[green]✓[/]" if outcome.peak_concurrency <= most else "[red]✗[/]"
    peak = f"{within} {outcome.peak_concurrency} at once at most, by recorded start and end times"
    table.add_row("concurrency", f"{peak}; the scaler's maximum is {most}")
    table.add_row("time", f"{outcome.seconds:.1f} s, {rate:,.0f} rows/s")
    console.print(table)
    _show_failures(console, outcome.failures)


def _proof(outcome: SimulationOutcome) -> str:
    proof = outcome.proof
    if not proof.once:
        return (
            f"[red]✗[/] of {proof.expected:,} rows of finished files {proof.missing:,} are in no batch,"
            f" {proof.overlapping:,} in two, {proof.repeated:,} recorded as"
            f" repeated, {proof.beyond:,} beyond the end"
        )
    repeats = f"each of the {proof.repeated:,} that may have been sent twice is on record"
    return f"[green]✓[/] {proof.expected:,} rows of finished files, each in one batch; " + (
        repeats if proof.repeated else "none sent twice"
    )


def _show_failures(console: Console, failures: Sequence[FailedFile]) -> None:
    for failure in failures[:_FAILURES_SHOWN]:
        console.print(
            f"  [red]{escape(failure.key)}[/]  {escape(failure.error_type)}: {escape(failure.reason)}",
            soft_wrap=True,
        )
    if len(failures) > _FAILURES_SHOWN:
        types = Counter(failure.error_type for failure in failures)
        counts = ", ".join(f"{count} {name}" for name, count in types.most_common())
        console.print(f"  [red]… {len(failures)} in all[/]: {escape(counts)}")
