"""The options that commands share, and the target that they choose."""

from enum import StrEnum
from typing import Annotated

import typer

from ops.lab.app.target import Target
from ops.lab.errors import NotUp, Refused
from ops.lab.local.command_lock import refuse_beside
from ops.lab.local.directory import lab_directory
from ops.lab.local.running_lab import find_running


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
ContextOption = Annotated[
    list[str] | None, typer.Option("--context", "-c", metavar="KEY=VALUE", help="A setting of the app.")
]


def choose(target: TargetName, env_name: str | None = None) -> Target:
    """The target that the options name. Raises NotUp or Refused where it cannot be had."""
    if target is TargetName.AWS:
        return Target.aws(env_name or "dev")
    directory = lab_directory()
    try:
        lab = find_running(directory)
    except NotUp:
        refuse_beside(directory.lock_file)  # another terminal may be about to bring it up
        raise
    return Target.running(lab.endpoint, env_name or lab.env_name)


def parse_context(options: list[str] | None) -> dict[str, str]:
    """`key=value` options as a mapping; envName is dev unless given. Raises Refused for anything else."""
    context = {"envName": "dev"}
    for option in options or []:
        key, separator, value = option.partition("=")
        if not (key and separator):
            raise Refused(f"-c {option} is not KEY=VALUE", hint="for example: -c batchSize=5")
        context[key] = value
    return context
