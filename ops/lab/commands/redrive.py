"""`lab redrive preview`, `start`, `status` and `cancel`, and how jobs and previews look on a terminal."""

import json
import time
from types import TracebackType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from functions.ingestion.identity import KEY_RULE, is_valid_key
from functions.redrive.parameters import (
    DEFAULT_MAX_REDRIVES,
    MAX_DELAY_SECONDS,
    MAX_KEYS,
    MAX_PREVIEW_MESSAGES,
    MAX_RATE_PER_SECOND,
    MAX_REDRIVE_MESSAGES,
    MAX_REDRIVES_ALLOWED,
)
from ops.lab.app.queue_depth import dead_letter_queue
from ops.lab.app.redrive_client import (
    STOP_WORDS,
    RedriveClient,
    RedriveFilters,
    ReportedJob,
    ReportedPreview,
)
from ops.lab.console.changes.action_journal import note_of_terminal
from ops.lab.errors import CommandError, Interrupted, Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.progress import CountProgress
from ops.lab.terminal import abridged, escape, out
from ops.lab.whole_table import WholeTable

_COLOURS = {"SUCCEEDED": "green", "FAILED": "red", "CANCELLED": "yellow", "CANCELLING": "yellow"}
_BODY_CHARACTERS = 60
_ENOUGH = "maxMessages"  # the preview's stopReason where it showed as many as it may

app = typer.Typer(no_args_is_help=True, help="Look into the DLQ and move messages back.")

# The bounds are the API's, which would refuse what is outside them by the name of its own parameter.
_MAX_AGE_SECONDS = 14 * 86400  # SQS keeps no message for longer
ErrorTypeOption = Annotated[
    str | None, typer.Option("--error-type", help="Only this type or category, e.g. TRANSIENT.")
]
MinAgeOption = Annotated[
    int | None,
    typer.Option(
        "--min-age", min=0, max=_MAX_AGE_SECONDS, help="Only events queued so many seconds ago or more."
    ),
]
KeyOption = Annotated[
    list[str] | None,
    typer.Option("--key", help=f"Only this idempotency key; again for more, up to {MAX_KEYS}."),
]
MaxShownOption = Annotated[
    int | None,
    typer.Option("--max", "-n", min=1, max=MAX_PREVIEW_MESSAGES, help="Show so many messages at most; 10."),
]
MaxMovedOption = Annotated[
    int | None,
    typer.Option("--max", "-n", min=1, max=MAX_REDRIVE_MESSAGES, help="Take so many messages at most; 100."),
]
JitterOption = Annotated[
    int | None,
    typer.Option("--jitter", min=0, max=MAX_DELAY_SECONDS, help="Spread the return over so many seconds."),
]
RateOption = Annotated[
    int | None,
    typer.Option("--rate", min=1, max=MAX_RATE_PER_SECOND, help="So many messages a second at most."),
]
MaxRedrivesOption = Annotated[
    int | None,
    typer.Option(
        "--max-redrives",
        min=0,
        max=MAX_REDRIVES_ALLOWED,
        help=f"Park what was redriven so often already; {DEFAULT_MAX_REDRIVES}.",
    ),
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Show the progress until the job ends.")]
TimeoutOption = Annotated[float, typer.Option("--timeout", help="With --wait: seconds at most.")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


@app.command()
def preview(
    error_type: ErrorTypeOption = None,
    min_age: MinAgeOption = None,
    key: KeyOption = None,
    max_messages: MaxShownOption = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show messages of the DLQ and why they failed. All of them stay there."""
    filters = RedriveFilters(
        error_type=_checked_type(error_type),
        min_age_seconds=min_age,
        max_messages=max_messages,
        idempotency_keys=_checked_keys(key),
    )
    chosen = choose(target, env)
    found = RedriveClient.of(chosen).preview(filters)
    if as_json:
        print(json.dumps(dict(found.document), indent=2))
        return
    there = dead_letter_queue(chosen).total if found.stop_reason == _ENOUGH else found.scanned
    _show_preview(out(), found, there)


@app.command()
def start(
    error_type: ErrorTypeOption = None,
    min_age: MinAgeOption = None,
    key: KeyOption = None,
    max_messages: MaxMovedOption = None,
    jitter: JitterOption = None,
    rate: RateOption = None,
    max_redrives: MaxRedrivesOption = None,
    wait: WaitOption = False,
    timeout: TimeoutOption = 3600,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Start a job that moves messages from the DLQ back to the queue.

    Ctrl-C ends the watching, not the job. With --wait it ends with 0 only if the job succeeded and every
    message that it chose was moved or parked.
    """
    filters = RedriveFilters(
        error_type=_checked_type(error_type),
        min_age_seconds=min_age,
        max_messages=max_messages,
        per_message_delay_jitter=jitter,
        rate_per_second=rate,
        max_redrives=max_redrives,
        idempotency_keys=_checked_keys(key),
    )
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    redrive = RedriveClient.of(chosen)
    job = redrive.start(filters)
    note_of_terminal(chosen, "Redrive", "lab redrive start", f"job {job.job_id}")
    if wait:
        job = _watch(redrive, job, timeout, quiet=as_json)
    _print(job, as_json)
    if wait:
        _complain(job)


@app.command()
def status(
    job_id: JobArgument,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show how far a job has come."""
    _print(RedriveClient.of(choose(target, env)).job(job_id), as_json)


@app.command()
def cancel(
    job_id: JobArgument,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Stop a job after the batch that it is at."""
    _print(RedriveClient.of(choose(target, env)).cancel(job_id), as_json)


def _checked_type(given: str | None) -> str | None:
    if given is not None and not given.strip():
        raise Refused("--error-type is empty", hint="for example: --error-type TRANSIENT; or leave it out")
    return given


def _checked_keys(given: list[str] | None) -> list[str] | None:
    keys = list(dict.fromkeys(given or ()))
    for key in keys:
        if not is_valid_key(key):
            raise Refused(f"--key {key!r} is no idempotency key", hint=f"a key is {KEY_RULE}")
    if len(keys) > MAX_KEYS:
        raise Refused(f"--key takes {MAX_KEYS} keys at most, not {len(keys)}", hint="take them in turns")
    return keys or None


def _watch(redrive: RedriveClient, job: ReportedJob, within: float, *, quiet: bool) -> ReportedJob:
    try:
        with _JobBar(job, quiet=quiet) as bar:
            return redrive.wait_for_job(job.job_id, within, on_progress=bar.show)
    except KeyboardInterrupt:
        raise Interrupted(
            f"job {job.job_id} goes on without you",
            hint=f"see it: lab redrive status {job.job_id}\nstop it: lab redrive cancel {job.job_id}",
        ) from None


def _print(job: ReportedJob, as_json: bool) -> None:
    print(json.dumps(dict(job.document), indent=2)) if as_json else _show_job(out(), job)


def _complain(job: ReportedJob) -> None:
    """Raise CommandError unless the job did what it was asked."""
    if job.status != "SUCCEEDED":
        raise CommandError(
            f"the job is {job.status}: {job.reason or job.stop_reason}", hint="lab logs redrive-runner"
        )
    if job.failed:
        raise CommandError(
            f"SQS did not take {job.failed} messages: they are still in the DLQ", hint="lab redrive start"
        )


class _JobBar:
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

    def __enter__(self) -> "_JobBar":
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


def _show_job(console: Console, job: ReportedJob) -> None:
    """What the job has done, why it ended, and how to go on."""
    colour = _COLOURS.get(job.status, "cyan")
    console.print(f"[bold {colour}]{job.status}[/] job [cyan]{job.job_id}[/]", soft_wrap=True)
    console.print(f"  {_counts(job)}, of {job.max_messages} at most")
    if job.parked:
        console.print("  what is parked has its reason in the attribute parkedReason and in the state table")
    if job.seconds is not None:
        rate = job.taken / max(0.001, job.seconds)
        why = escape(_why(job))
        console.print(f"  [dim]{job.seconds:.1f} s, {rate:.0f} messages/s; {why}[/]", soft_wrap=True)
    else:
        console.print(f"  [dim]watch it: lab redrive status {job.job_id}[/]", soft_wrap=True)
        console.print(f"  [dim]stop it:  lab redrive cancel {job.job_id}[/]", soft_wrap=True)


def _show_preview(console: Console, found: ReportedPreview, there: int) -> None:
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
    if found.stop_reason != _ENOUGH:
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
