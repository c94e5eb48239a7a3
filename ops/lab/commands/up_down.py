"""`lab up` and `lab down`."""

import signal
import time
from types import FrameType
from typing import Annotated

import typer
from rich.markup import escape

from ops.lab.app.sample_event import send_sample
from ops.lab.commands.summary import show_lab
from ops.lab.console import out
from ops.lab.errors import Interrupted
from ops.lab.local.alarm_speed import checked
from ops.lab.local.bring_up import BringUp, Plan
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import lab_directory
from ops.lab.local.ports import chosen_port
from ops.lab.local.take_down import take_down
from ops.lab.options import ContextOption, parse_context
from ops.lab.progress import steps_on


def up(
    context: ContextOption = None,
    speed: Annotated[
        float | None,
        typer.Option(
            metavar="N", help="Let the periods of alarms pass N times as fast, also where it is up."
        ),
    ] = None,
) -> None:
    """Start LocalStack, deploy the app to it and send one event through. Harmless when it is up already."""
    console, directory = out(), lab_directory()
    plan = Plan(
        port=chosen_port(), context=parse_context(context), speed=None if speed is None else checked(speed)
    )
    started = time.monotonic()
    signal.signal(signal.SIGTERM, _as_interrupt)
    with exclusively(directory.lock_file), steps_on(console) as steps:
        bringing_up = BringUp(directory, plan, steps)
        try:
            target = bringing_up.bring_up()
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted: {bringing_up.undo()}") from None
        with steps.step("One event through the pipeline"):
            sample = send_sample(target)
    show_lab(console, target, sample, time.monotonic() - started, stop="lab down")


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def down(
    purge: Annotated[
        bool, typer.Option("--purge", help="Also remove the synthesized app and the logs.")
    ] = False,
) -> None:
    """Stop LocalStack and every function, and remove what they wrote. Harmless when nothing is up."""
    directory = lab_directory()
    with exclusively(directory.lock_file):
        done = take_down(directory, purge=purge)
    for line in done or ["nothing was up"]:
        out().print(f"[green]✓[/] {escape(line)}", soft_wrap=True)
