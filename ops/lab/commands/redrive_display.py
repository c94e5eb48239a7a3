"""Display of a redrive on a terminal: the bar of a job that is watched, a job, and a preview."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from functions.redrive.parameters import MAX_PREVIEW_MESSAGES
from ops.lab.app.redrive_client import STOP_WORDS, ReportedJob, ReportedPreview
from ops.lab.app.redrive_job_line import JobLine
from ops.lab.progress import CountProgress
from ops.lab.terminal import abridged, escape
from ops.lab.whole_table import WholeTable

ENOUGH = "maxMessages"  # the preview's stopReason where it showed as many as it may
_COLOURS = {"SUCCEEDED": "green", "FAILED": "red", "CANCELLED": "yellow", "CANCELLING": "yellow"}
_BODY_CHARACTERS = 60


class RedriveJobBar:
    """A live bar of a job, on stderr. The total is what was asked for: how many match is not known before."""

    def __init__(self, job: ReportedJob, *, quiet: bool) -> None:
        self._started = time.monotonic()
        self._progress = CountProgress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            quiet=quiet,
        )
        self._task = self._progress.add_task(job.status, total=job.max_messages, counts="")

    def __enter__(self) -> "RedriveJobBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, job: ReportedJob) -> None:
        rate = job.taken / max(0.1, time.monotonic() - self._started)
        counts = f"{_counts(job)}, {rate:.0f}/s"
        self._progress.update(self._task, description=job.status, completed=job.taken, counts=counts)


def show_job(console: Console, job: ReportedJob) -> None:
    """What the job has done, why it ended, and how to go on."""
    colour = _COLOURS.get(job.status, "cyan")
    console.print(f"[bold {colour}]{job.status}[/] job [cyan]{job.job_id}[/]", soft_wrap=True)
    console.print(f"  {_counts(job)}, of {job.max_messages} at most")
    if job.parked:
        console.print("  what is parked has its reason in the attribute parkedReason and in the state table")
    if job.seconds is not None:
        rate = job.taken / max(0.001, job.seconds)
        why = escape(_why(job))
        console.print(f"  [dim]{job.seconds:.1f} s, {_pace(rate)} a second; {why}[/]", soft_wrap=True)
    else:
        console.print(f"  [dim]watch it: lab redrive status {job.job_id}[/]", soft_wrap=True)
        console.print(f"  [dim]stop it:  lab redrive cancel {job.job_id}[/]", soft_wrap=True)


def show_jobs(console: Console, jobs: list[JobLine]) -> None:
    """One line a job, the latest first."""
    if not jobs:
        console.print("no job yet: lab redrive start")
        return
    table = WholeTable("job", "asked for at", "status", "moved", "parked", "failed", "for")
    for line in jobs:
        counts = (line.job.moved, line.job.parked, line.job.failed)
        asked_at = f"{line.job.created_at:%m-%d %H:%M:%S} UTC"
        table.add_message(line.job.job_id, asked_at, line.status, *map(str, counts), line.filters)
    table.show(console)


def show_preview(console: Console, found: ReportedPreview, there: int) -> None:
    """One line a message, oldest first as SQS gave them: a standard queue promises no order. The DLQ holds
    `there` messages, of which it may have looked at some alone."""
    if not found.letters:
        what = "no messages" if found.scanned == 0 else f"{found.scanned} messages, none of which matches"
        if found.stop_reason == "heldElsewhere":
            what = (
                f"messages that others hold, beside {found.scanned} that do not match: look again in a minute"
            )
        console.print(f"the DLQ holds {what}")
        return
    table = WholeTable("key", "error type", "category", "age", "receives", "attempts", "redrives", "body")
    for letter in found.letters:
        table.add_message(
            letter.idempotency_key,
            letter.error_type,
            letter.error_category,
            f"{letter.age_seconds:.0f} s",
            str(letter.receive_count),
            str(letter.attempts),
            str(letter.redrive_count),
            abridged(letter.body, _BODY_CHARACTERS),
        )
    table.show(console)
    console.print(f"[dim]{_extent(found, there)}[/]", soft_wrap=True)


def _extent(found: ReportedPreview, there: int) -> str:
    shown = len(found.letters)
    if found.stop_reason != ENOUGH:
        return f"{shown} of {found.scanned} looked at; {STOP_WORDS[found.stop_reason]}"
    if shown >= there:
        return f"{shown} of {shown}: all that the DLQ holds"
    more = "--max N shows more" if shown < MAX_PREVIEW_MESSAGES else "a preview shows no more"
    return f"{shown} of {there} in the DLQ; {more}"


def _counts(job: ReportedJob) -> str:
    return f"{job.moved} moved, {job.skipped} skipped, {job.parked} parked, {job.failed} failed"


def _why(job: ReportedJob) -> str:
    if job.moved + job.skipped + job.parked + job.failed == 0 and job.stop_reason == "drained":
        return "the DLQ holds no messages"
    return job.reason or STOP_WORDS.get(job.stop_reason or "", str(job.stop_reason))


def _pace(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
