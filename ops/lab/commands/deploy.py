"""`lab deploy`: the app to a container that is up, or to a real account once its number is confirmed."""

import time
from typing import Annotated

import typer

from ops.lab.app.stacks import environments
from ops.lab.app.target import Target
from ops.lab.commands.summary import one_event, show_lab
from ops.lab.deployment.app_deployment import AppDeployment
from ops.lab.deployment.app_settings import check_settings
from ops.lab.errors import Refused
from ops.lab.lifecycle.plan import FIRST_ENV, first_context
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import lab_directory
from ops.lab.local.running_lab import find_running
from ops.lab.options import ContextOption, TargetName, TargetOption, parse_context
from ops.lab.progress import steps_on
from ops.lab.terminal import escape, out


def deploy(
    target: TargetOption = TargetName.RUNNING,
    context: ContextOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask: deploy to the account that is signed in.")
    ] = False,
) -> None:
    """Deploy the app to a container that is up, or to your AWS account after you have confirmed which one."""
    given = parse_context(context)
    if target is TargetName.RUNNING:
        _deploy_to_running(given)
    else:
        _deploy_to_account({"envName": "dev", **given}, yes)


def _deploy_to_running(given: dict[str, str]) -> None:
    started, directory = time.monotonic(), lab_directory()
    emulator = find_running(directory)
    if emulator.pid is not None:
        raise Refused("the lab that runs here is kept by `lab up`", hint="deploy to it: lab up")
    settings = context_for_running(emulator.endpoint, given)
    check_settings(settings)
    running = Target.running(emulator.endpoint, settings["envName"])
    with exclusively(directory.lock_file), steps_on(out()) as steps:
        AppDeployment(directory, settings, steps).to_emulator(running)
        sample = one_event(running, steps)
    show_lab(out(), running, sample, time.monotonic() - started, stop="docker compose down -v")


def context_for_running(endpoint: str, given: dict[str, str]) -> dict[str, str]:
    """The context for a container that is up: of the environment that is there, else of a new lab.

    Raises Refused for a second environment: both would create the failure mode's parameter, whose name is
    fixed.
    """
    there = environments(Target.running(endpoint).cloudformation)
    wanted = given.get("envName") or next(iter(there), FIRST_ENV)
    if there and wanted not in there:
        raise Refused(
            f"the emulator has envName={there[0]} already, and room for one environment",
            hint=f"deploy to that one: -c envName={there[0]}; a container that is restarted forgets it",
        )
    return first_context({**given, "envName": wanted})


def _deploy_to_account(settings: dict[str, str], yes: bool) -> None:
    check_settings(settings)
    account = Target.aws(settings["envName"])
    confirm(account, yes)
    directory = lab_directory()
    mine, there = directory.lock_file, directory.account_lock_file(settings["envName"])
    with exclusively(mine), exclusively(there), steps_on(out()) as steps:
        AppDeployment(directory, settings, steps).to_account(account)
    out().print("[bold green]deployed[/]; look at it: lab status --target aws --env " + settings["envName"])


def confirm(account: Target, yes: bool, purpose: str = "deploy there") -> None:
    """Show who is signed in and have the account's number typed. Raises Refused for anything else."""
    identity = account.identity()
    number = identity["Account"]
    out().print(f"account [bold]{number}[/], region [bold]{account.region}[/]")
    out().print(f"as {escape(identity['Arn'])}", soft_wrap=True)
    if yes:
        return
    try:
        typed = typer.prompt(f"Type the account's number to {purpose}", err=True)
    except typer.Abort:  # no terminal, and no answer in what was piped
        raise Refused("not confirmed: nothing was done", hint="without a terminal: --yes") from None
    if typed != number:
        raise Refused("that is not the account's number; nothing was done")
