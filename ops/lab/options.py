"""Options that commands share, and the target that they choose."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from functions.ingestion.identity import KEY_RULE, is_valid_key
from ops.lab.errors import NotUp, Refused
from ops.lab.local.command_lock import refuse_beside
from ops.lab.local.directory import lab_directory
from ops.lab.local.running_lab import find_running

if TYPE_CHECKING:
    from ops.lab.app.target import Target


class TargetName(StrEnum):
    """Where a command works: the lab that is up, or a real account."""

    RUNNING = "running"
    AWS = "aws"


TargetOption = Annotated[
    TargetName, typer.Option("--target", help="The lab that is up, or your AWS account.")
]
EnvOption = Annotated[
    str | None, typer.Option("--env", help="The app's envName on AWS (the running lab knows its own).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
OnceOption = Annotated[bool, typer.Option("--once", help="Show it once and end.")]
EveryOption = Annotated[float, typer.Option("--every", min=0.5, max=60, help="Seconds between two looks.")]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Also beside a drill, whose verdict may then blame the pipeline.")
]
ContextOption = Annotated[
    list[str] | None, typer.Option("--context", "-c", metavar="KEY=VALUE", help="A setting of the app.")
]


def choose(target: TargetName, env_name: str | None = None) -> "Target":
    """The target that the options name. Raises NotUp or Refused where it cannot be had."""
    from ops.lab.app.target import (
        Target,
    )  # here: boto3 takes long to import, and a mistyped option needs none

    if target is TargetName.AWS:
        return Target.aws(env_name or "dev")
    directory = lab_directory()
    try:
        lab = find_running(directory)
    except NotUp:
        refuse_beside(directory.lock_file)  # another terminal may be about to bring it up
        raise
    return Target.running(lab.endpoint, env_name or lab.env_name)


def lock_of(target: TargetName, env_name: str | None = None) -> Path:
    """The lock file of what changes the target: on this machine alone, for an account as well."""
    directory = lab_directory()
    return directory.account_lock_file(env_name or "dev") if target is TargetName.AWS else directory.lock_file


def progress_of(target: TargetName, env_name: str | None = None) -> Path:
    """The file that a drill on the target writes its progress to."""
    return lab_directory().drill_progress((env_name or "dev") if target is TargetName.AWS else None)


def refuse_beside_others(target: TargetName, env_name: str | None = None, *, unless: str = "") -> None:
    """Raise Refused while a drill, `lab up` or `lab deploy` is at work there.

    For a command whose effects a drill would take for the pipeline's own. `unless` is the option by which
    it does so all the same.
    """
    try:
        refuse_beside(lock_of(target, env_name))
    except Refused as refusal:
        if unless:
            refusal.hint += f"; all the same: {unless}"
        raise


def parse_context(options: list[str] | None) -> dict[str, str]:
    """`key=value` options as a mapping. Raises Refused for anything else."""
    context = {}
    for option in options or []:
        key, separator, value = option.partition("=")
        if not (key and separator):
            raise Refused(f"-c {option} is not KEY=VALUE", hint="for example: -c batchSize=5")
        context[key] = value
    return context


def checked_key(key: str) -> str:
    """An idempotency key that was given. Raises Refused for what can be none."""
    if not is_valid_key(key):
        raise Refused(f"{key!r} is no idempotency key", hint=f"a key is {KEY_RULE}; find one: lab keys list")
    return key
