"""`lab up`."""

import shutil
import signal
import time
from types import FrameType

from rich.console import Console
from rich.table import Table

from ops.lab.bring_up import Lift, Plan, chosen_port
from ops.lab.check import SampleEvent, send_sample
from ops.lab.console import out
from ops.lab.directory import lab_directory
from ops.lab.errors import Interrupted
from ops.lab.lock import exclusively
from ops.lab.options import ContextOption, parse_context
from ops.lab.progress import steps_on
from ops.lab.target import Target


def up(context: ContextOption = None) -> None:
    """Start LocalStack, deploy the app to it and send one event through. Harmless when it is up already."""
    console, directory = out(), lab_directory()
    plan = Plan(port=chosen_port(), context=parse_context(context))
    started = time.monotonic()
    signal.signal(signal.SIGTERM, _as_interrupt)
    with exclusively(directory.lock_file), steps_on(console) as steps:
        lift = Lift(directory, plan, steps)
        try:
            target = lift.bring_up()
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted: {lift.undo()}") from None
        with steps.step("One event through the pipeline"):
            sample = send_sample(target)
    _show(console, target, sample, time.monotonic() - started)


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _show(console: Console, target: Target, sample: SampleEvent, seconds: float) -> None:
    table = Table("attribute", title=f"in DynamoDB: {sample.status}", title_justify="left")
    table.add_column("value", overflow="fold")
    for name, value in sample.item.items():
        table.add_row(name, str(value))
    console.print(table)
    console.print(f"[bold green]The lab is up[/] after {seconds:.1f} s")
    console.print(f"  endpoint  {target.endpoint}", soft_wrap=True)
    console.print(f"  API       {target.output('ApiUrl')}", soft_wrap=True)
    console.print("[bold]Try next[/]")
    if shutil.which("lab") is None:
        console.print(f"  {_ACTIVATE:<30}[dim]so that your shell finds the lab command[/]")
    for command, purpose in _NEXT:
        console.print(f"  {command:<30}[dim]{purpose}[/]")


_ACTIVATE = "source .venv/bin/activate"
_NEXT = (
    ("lab send --count 100 --wait", "send events and see what becomes of them"),
    ("lab break poison_payload", "break the worker; lab heal mends it"),
    ("lab logs worker --follow", "read along"),
    ("lab status", "where everything is"),
    ("lab down", "stop it all"),
)
