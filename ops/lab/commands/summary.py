"""Summary that a command shows once the lab is up: the proof, the addresses, and what to try next."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping

from rich.console import Console

from ops.lab.app.failure_mode import FailureMode, read_mode
from ops.lab.app.sample_event import SampleEvent, send_sample
from ops.lab.app.target import Target
from ops.lab.progress import ProgressSteps
from ops.lab.repository import IS_CHECKOUT
from ops.lab.terminal import escape
from ops.lab.whole_table import WholeTable

_ACTIVATE = f"source {'.venv' if IS_CHECKOUT else sys.prefix}/bin/activate"
_NEXT = (
    ("send --count 100 --wait", "send events and see what becomes of them"),
    ("break poison_payload", "break the worker; lab heal repairs it"),
    ("logs worker --follow", "read along"),
    ("status", "where everything is"),
)


def one_event(
    target: Target, steps: ProgressSteps, moves: Callable[[], object] | None = None
) -> SampleEvent | None:
    """Send one through the pipeline as proof, but None through one that somebody broke.

    There it would only add a dead letter to theirs. It is waited for as long as `moves` changes.
    """
    with steps.step("One event through the pipeline") as step:
        mode = read_mode(target)
        if mode != FailureMode.NONE:
            step.now(f"not sent: the failure mode is {mode}; lab heal resets it")
            return None
        return send_sample(target, moves=moves)


def show_lab(
    console: Console,
    target: Target,
    sample: SampleEvent | None,
    seconds: float,
    *,
    stop: str,
    page: str = "",
    environ: Mapping[str, str] = os.environ,
) -> None:
    """`seconds` is how long it took; `stop` is the command that takes this lab down; `page` is the
    console's address, empty where there is none.

    `sample` is None where none was sent. LAB_COMMAND is how a person outside a container calls `lab` in it.
    """
    if sample is not None:
        table = WholeTable("attribute", "value", title=f"in DynamoDB: {sample.status}")
        for name, value in sample.item.items():
            table.add_message(name, str(value))
        table.show(console)
    console.print(f"[bold green]The lab is up[/] after {seconds:.1f} s")
    if page:
        console.print(f"  console   {escape(page)}", soft_wrap=True)
    console.print(f"  endpoint  {target.endpoint}", soft_wrap=True)
    console.print(f"  API       {target.output('ApiUrl')}", soft_wrap=True)
    console.print("[bold]Try next[/]")
    lab = environ.get("LAB_COMMAND") or "lab"
    commands = [(f"{lab} {arguments}", purpose) for arguments, purpose in _NEXT] + [(stop, "stop it all")]
    if shutil.which("lab") is None:
        commands.insert(0, (_ACTIVATE, "so that your shell finds the lab command"))
    width = max(len(command) for command, _ in commands)
    for command, purpose in commands:
        console.print(f"  {command:<{width}}  [dim]{purpose}[/]", soft_wrap=True)
