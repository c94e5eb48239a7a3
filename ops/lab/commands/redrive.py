"""`lab redrive preview`, `start`, `status` and `cancel`.

Nothing is decided here: the app's API is asked. Which letters move is decided in
`functions/redrive/parameters.py`, by `Parameters.match`.
"""

import json
import time
from typing import Annotated

import typer

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
from ops.lab.app.redrive_client import RedriveClient, RedriveFilters, ReportedJob
from ops.lab.app.redrive_job_line import latest_jobs
from ops.lab.commands.redrive_display import ENOUGH, RedriveJobBar, show_job, show_jobs, show_preview
from ops.lab.console.changes.action_journal import note_of_terminal
from ops.lab.errors import CommandError, Interrupted, Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.terminal import out

_JOBS_LISTED = 20
_WHETHER_STARTED = "whether a job was started all the same: lab redrive status"

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
TimeoutOption = Annotated[float, typer.Option("--timeout", min=1, help="With --wait: seconds at most.")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id: lab redrive status.")]
OneJobArgument = Annotated[
    str | None, typer.Argument(metavar="[JOB]", help="The job's id; without it, the latest jobs.")
]


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
    there = dead_letter_queue(chosen).total if found.stop_reason == ENOUGH else found.scanned
    show_preview(out(), found, there)


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
    job = _started(redrive, filters)
    note_of_terminal(chosen, "Redrive", "lab redrive start", f"job {job.job_id}")
    if wait:
        job = _watch(redrive, job, timeout, quiet=as_json)
    _print(job, as_json)
    if wait:
        _complain(job)


@app.command()
def status(
    job_id: OneJobArgument = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show how far a job has come, or the latest jobs, whoever started them."""
    chosen = choose(target, env)
    if job_id is not None:
        _print(RedriveClient.of(chosen).job(job_id), as_json)
        return
    jobs = latest_jobs(chosen, _JOBS_LISTED, time.time())
    if as_json:
        print(json.dumps([dict(line.job.document) for line in jobs], indent=2))
    else:
        show_jobs(out(), jobs)


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


def _started(redrive: RedriveClient, filters: RedriveFilters) -> ReportedJob:
    """The new job. Where no answer tells of it, the error says how to find out whether there is one."""
    try:
        return redrive.start(filters)
    except KeyboardInterrupt:
        raise Interrupted("interrupted before the API answered", hint=_WHETHER_STARTED) from None
    except Refused:
        raise
    except CommandError as error:
        error.hint = f"{_WHETHER_STARTED}\n{error.hint}".rstrip()
        raise


def _watch(redrive: RedriveClient, job: ReportedJob, within: float, *, quiet: bool) -> ReportedJob:
    try:
        with RedriveJobBar(job, quiet=quiet) as bar:
            return redrive.wait_for_job(job.job_id, within, on_progress=bar.show)
    except KeyboardInterrupt:
        raise Interrupted(
            f"job {job.job_id} goes on without you",
            hint=f"see it: lab redrive status {job.job_id}\nstop it: lab redrive cancel {job.job_id}",
        ) from None


def _print(job: ReportedJob, as_json: bool) -> None:
    print(json.dumps(dict(job.document), indent=2)) if as_json else show_job(out(), job)


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
