"""`lab redrive preview`, `start`, `status` and `cancel`."""

import json
from typing import Annotated

import typer

from ops.lab.app.redrive.client import Redrive
from ops.lab.app.redrive.filters import Filters
from ops.lab.app.redrive.job import Job
from ops.lab.commands.redrive_display import JobBar, show_job, show_preview
from ops.lab.console import out
from ops.lab.errors import Interrupted, LabError
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose

app = typer.Typer(no_args_is_help=True, help="Look into the DLQ and move messages back.")

# The bounds are the API's: it refuses what is outside them, and says which parameter.
ErrorTypeOption = Annotated[
    str | None, typer.Option("--error-type", help="Only this type or category, e.g. TRANSIENT.")
]
MinAgeOption = Annotated[
    int | None, typer.Option("--min-age", help="Only events queued so many seconds ago or more.")
]
MaxMessagesOption = Annotated[int | None, typer.Option("--max", "-n", help="So many messages at most.")]
JitterOption = Annotated[
    int | None, typer.Option("--jitter", help="Spread the return over so many seconds, up to 900.")
]
RateOption = Annotated[int | None, typer.Option("--rate", help="So many messages a second at most.")]
MaxRedrivesOption = Annotated[
    int | None, typer.Option("--max-redrives", help="Park what was redriven so often already; 3.")
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Show the progress until the job ends.")]
TimeoutOption = Annotated[float, typer.Option("--timeout", help="With --wait: seconds at most.")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


@app.command()
def preview(
    error_type: ErrorTypeOption = None,
    min_age: MinAgeOption = None,
    max_messages: MaxMessagesOption = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show messages of the DLQ and why they failed. All of them stay there."""
    filters = Filters(error_type=error_type, min_age_seconds=min_age, max_messages=max_messages)
    found = Redrive.of(choose(target, env)).preview(filters)
    print(json.dumps(dict(found.document), indent=2)) if as_json else show_preview(out(), found)


@app.command()
def start(
    error_type: ErrorTypeOption = None,
    min_age: MinAgeOption = None,
    max_messages: MaxMessagesOption = None,
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
    redrive = Redrive.of(choose(target, env))
    filters = Filters(
        error_type=error_type,
        min_age_seconds=min_age,
        max_messages=max_messages,
        per_message_delay_jitter=jitter,
        rate_per_second=rate,
        max_redrives=max_redrives,
    )
    job = redrive.start(filters)
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
    _print(Redrive.of(choose(target, env)).job(job_id), as_json)


@app.command()
def cancel(
    job_id: JobArgument,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Stop a job after the batch that it is at."""
    _print(Redrive.of(choose(target, env)).cancel(job_id), as_json)


def _watch(redrive: Redrive, job: Job, within: float, *, quiet: bool) -> Job:
    try:
        with JobBar(job, quiet=quiet) as bar:
            return redrive.wait_for_job(job.job_id, within, on_progress=bar.show)
    except KeyboardInterrupt:
        raise Interrupted(
            f"job {job.job_id} goes on without you",
            hint=f"see it: lab redrive status {job.job_id}\nstop it: lab redrive cancel {job.job_id}",
        ) from None


def _print(job: Job, as_json: bool) -> None:
    print(json.dumps(dict(job.document), indent=2)) if as_json else show_job(out(), job)


def _complain(job: Job) -> None:
    """Raise LabError unless the job did what it was asked."""
    if job.status != "SUCCEEDED":
        raise LabError(
            f"the job is {job.status}: {job.reason or job.stop_reason}", hint="lab logs redrive-runner"
        )
    if job.failed:
        raise LabError(
            f"SQS did not take {job.failed} messages: they are still in the DLQ", hint="lab redrive start"
        )
