"""How redrive jobs and previews look on a terminal."""

import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ops.lab.app.redrive.job import Job
from ops.lab.app.redrive.preview import Preview

_COLOURS = {"SUCCEEDED": "green", "FAILED": "red", "CANCELLED": "yellow", "CANCELLING": "yellow"}
_STOPPED = {
    "drained": "the DLQ holds nothing more that matches",
    "maxMessages": "as many as were asked for",
    "timeLimit": "time ran out: start another",
    "cancelled": "cancelled: the rest is in the DLQ",
    "scanLimit": "it looked at a thousand messages",
}
_BODY_CHARACTERS = 60


class JobBar:
    """A live bar of a job, on stderr. The total is what was asked for: nobody knows what matches before."""

    def __init__(self, job: Job, *, quiet: bool) -> None:
        self._started = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True, quiet=quiet),
            transient=True,
        )
        self._task = self._progress.add_task(job.status, total=job.max_messages, counts="")

    def __enter__(self) -> "JobBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, job: Job) -> None:
        rate = job.taken / max(0.1, time.monotonic() - self._started)
        counts = f"{_counts(job)}, {rate:.0f}/s"
        self._progress.update(self._task, description=job.status, completed=job.taken, counts=counts)


def show_job(console: Console, job: Job) -> None:
    """What the job has done, why it ended, and how to go on."""
    colour = _COLOURS.get(job.status, "cyan")
    console.print(f"[bold {colour}]{job.status}[/] job [cyan]{job.job_id}[/]", soft_wrap=True)
    console.print(f"  {_counts(job)}, of {job.max_messages} at most")
    if job.parked:
        console.print("  what is parked has its reason in the attribute parkedReason and in the state table")
    if job.seconds is not None:
        rate = job.taken / max(0.001, job.seconds)
        console.print(f"  [dim]{job.seconds:.1f} s, {rate:.0f} messages/s; {_why(job)}[/]", soft_wrap=True)
    else:
        console.print(f"  [dim]watch it: lab redrive status {job.job_id}[/]", soft_wrap=True)
        console.print(f"  [dim]stop it:  lab redrive cancel {job.job_id}[/]", soft_wrap=True)


def show_preview(console: Console, found: Preview) -> None:
    """One line a message, oldest first as SQS gave them: a standard queue promises no order."""
    if not found.letters:
        what = "no messages" if found.scanned == 0 else f"{found.scanned} messages, none of which matches"
        console.print(f"the DLQ holds {what}")
        return
    table = Table("key", "error type", "category", "age", "receives", "attempts", "redrives", "body")
    for letter in found.letters:
        table.add_row(
            escape(letter.idempotency_key),
            escape(letter.error_type),
            letter.error_category,
            f"{letter.age_seconds:.0f} s",
            str(letter.receive_count),
            str(letter.attempts),
            str(letter.redrive_count),
            escape(letter.body[:_BODY_CHARACTERS]),
        )
    console.print(table)
    console.print(f"[dim]{len(found.letters)} of {found.scanned} looked at; {_STOPPED[found.stop_reason]}[/]")


def _counts(job: Job) -> str:
    return f"{job.moved} moved, {job.skipped} skipped, {job.parked} parked, {job.failed} failed"


def _why(job: Job) -> str:
    if job.moved + job.skipped + job.parked + job.failed == 0 and job.stop_reason == "drained":
        return "the DLQ holds no messages"
    return job.reason or _STOPPED.get(job.stop_reason or "", str(job.stop_reason))
