"""`lab up` and `lab down`: their options, and what is told and asked on the way."""

import signal
import sys
import time
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from ops.lab.app.alarm_speed import checked
from ops.lab.app.permission_mode import PermissionMode
from ops.lab.app.target import Target
from ops.lab.code_watch.source_watch import SourceWatch
from ops.lab.commands.summary import one_event, show_lab
from ops.lab.commands.up_watch import watch_lab
from ops.lab.confirmation import confirm_first
from ops.lab.console.serving import console_process
from ops.lab.console.serving.listener import given_port as given_console_port
from ops.lab.deployment.app_settings import check_settings
from ops.lab.errors import Interrupted, Refused
from ops.lab.lifecycle.bring_up import BringUp
from ops.lab.lifecycle.plan import Plan, plan_for
from ops.lab.lifecycle.take_down import take_down
from ops.lab.local import emulator_process, running_lab
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.local.ports import given_port
from ops.lab.options import ContextOption, TargetName, parse_context
from ops.lab.progress import steps_on
from ops.lab.repository import REPOSITORY
from ops.lab.terminal import escape, out

# How long LocalStack may be too busy to answer before it is asked whether to give it up.
_ANSWERS_WITHIN_SECONDS = 20.0


def up(
    context: ContextOption = None,
    speed: Annotated[
        float | None,
        typer.Option(
            metavar="N", help="Let the periods of alarms pass N times as fast, also where it is up."
        ),
    ] = None,
    iam: Annotated[
        PermissionMode | None,
        typer.Option(
            "--iam",
            help="What becomes of calls that AWS would deny: denied, reported (the default), not looked at."
            " Also where it is up.",
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw away a lab that is up, with its data, and start a new one.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Then swap the functions' code at each save, until Ctrl-C.")
    ] = False,
    with_console: Annotated[
        bool, typer.Option("--console/--no-console", help="Serve the console beside it, until lab down.")
    ] = True,
    target_name: Annotated[TargetName, typer.Option("--target", hidden=True)] = TargetName.RUNNING,
) -> None:
    """Start LocalStack, deploy the app to it and send one event through. Harmless when it is up already.

    A new lab has short clocks (envName=lab), alarms 20 times as fast and a local address to page; another
    envName has the defaults of `cdk deploy`, and alarms as slow as on AWS.

    A lab that is up remembers its port, its speed, --iam and every -c of its last complete deployment: -c
    changes the settings that it names and keeps the data, -c KEY= takes a default again. `lab down` forgets
    all of it. Another envName or port needs a new lab: that is asked on a terminal, and refused without
    --fresh elsewhere. Where LocalStack died, a new lab starts with the same port and settings, and empty.

    With --watch it goes on: what is saved below functions/ is live about two seconds later, and what changes
    the templates is deployed. What cannot be imported is not swapped. Ctrl-C ends the watching alone.
    """
    if target_name is TargetName.AWS:
        raise Refused(
            "lab up brings up the lab on this machine, and no account",
            hint="deploy: lab deploy --target aws; at each save: cd infra && npx cdk watch",
        )
    console, directory, given = out(), lab_directory(), parse_context(context)
    signal.signal(signal.SIGTERM, _as_interrupt)
    if not watch:
        _bring_up(console, directory, given, speed, iam, fresh=fresh, with_console=with_console)
        return
    with exclusively(directory.watch_lock_file):
        source = SourceWatch(REPOSITORY)  # before all else: what is saved meanwhile is not overlooked
        target = _bring_up(console, directory, given, speed, iam, fresh=fresh, with_console=with_console)
        watch_lab(console, directory, source, target)


def _bring_up(
    console: Console,
    directory: LabDirectory,
    given: dict[str, str],
    speed: float | None,
    permissions: PermissionMode | None,
    *,
    fresh: bool,
    with_console: bool,
) -> Target:
    started, console_port = time.monotonic(), given_console_port()
    with exclusively(directory.lock_file):
        plan = _plan(directory, given, None if speed is None else checked(speed), permissions, fresh=fresh)
        check_settings(plan.context)
        if plan.discards and not fresh:
            _ask_to_discard(plan)
        if plan.replaces:
            console.print(f"[yellow]![/] {escape(plan.replaces)}", soft_wrap=True)
        with steps_on(console) as steps:
            bringing_up = BringUp(directory, plan, steps)
            try:
                target = bringing_up.bring_up()
            except KeyboardInterrupt:
                raise Interrupted(f"interrupted: {bringing_up.undo()}") from None
            lab = running_lab.living(directory.state_file)
            sample = one_event(target, steps, moves=lab.emulator.function_seconds if lab else None)
        # Last, and not waited for: its start would take processor time from the functions' cold starts.
        shown = console_process.beside(directory, console_port) if with_console else ""
    show_lab(console, target, sample, time.monotonic() - started, stop="lab down", page=shown)
    return target


def _plan(
    directory: LabDirectory,
    given: dict[str, str],
    speed: float | None,
    permissions: PermissionMode | None,
    *,
    fresh: bool,
) -> Plan:
    lab = running_lab.living(directory.state_file)
    answers = (
        fresh
        or lab is None
        or not lab.context
        or emulator_process.is_whole(lab.emulator, _ANSWERS_WITHIN_SECONDS)
    )
    return plan_for(
        lab,
        given,
        died=running_lab.died(directory.state_file),
        port=given_port(),
        speed=speed,
        permissions=permissions,
        fresh=fresh,
        answers=answers,
    )


def _ask_to_discard(plan: Plan) -> None:
    """Raise Refused unless a person at the terminal agrees to lose the lab that is up."""
    if not sys.stdin.isatty():
        raise Refused(
            f"{plan.discards}: nothing was changed",
            hint="start a new lab, and lose the table and the queues of this one: add --fresh",
        )
    out().print(f"[yellow]{escape(plan.discards)}[/]", soft_wrap=True)
    question = "Stop it, lose its table and queues, and start a new one?"
    confirm_first(question, yes=False, otherwise="nothing was changed")


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def down(
    purge: Annotated[
        bool, typer.Option("--purge", help="Also remove the synthesized app and the logs.")
    ] = False,
) -> None:
    """Stop LocalStack, every function and the console, and remove what they wrote.
    Harmless when nothing is up.
    """
    directory = lab_directory()
    with exclusively(directory.lock_file):
        done = take_down(directory, purge=purge)
    for line in done or ["nothing was up"]:
        out().print(f"[green]✓[/] {escape(line)}", soft_wrap=True)
