"""`lab break` and `lab heal`: the failure mode, set and taken back."""

from typing import Annotated

import typer

from ops.lab.app import failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.target import Target
from ops.lab.console.changes.action_journal import note_of_terminal
from ops.lab.options import EnvOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.progress import steps_on
from ops.lab.terminal import out


def break_pipeline(
    mode: Annotated[FailureMode, typer.Argument(help="How it is to fail.")],
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Make the pipeline fail in a chosen way."""
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    before = failure_mode.known_mode(chosen)
    failure_mode.break_with(chosen, mode)
    note_of_terminal(chosen, f"Failure mode {mode.value}", f"lab break {mode.value}")
    out().print(f"[yellow]●[/] failure mode is now [bold]{mode.value}[/]")
    _wait_until_noticed(chosen, before, mode)
    out().print(f"  expect: {mode.meaning}", soft_wrap=True)
    if mode is not FailureMode.NONE:
        out().print("  undo it: lab heal")


def heal_pipeline(target: TargetOption = TargetName.RUNNING, env: EnvOption = None) -> None:
    """Switch the failure mode off, by the app's reset function."""
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    before = failure_mode.known_mode(chosen)
    failure_mode.heal(chosen)
    note_of_terminal(chosen, "Heal", "lab heal")
    out().print("[green]✓[/] failure mode is now [bold]none[/]")
    _wait_until_noticed(chosen, before)
    out().print("  what failed waits in the queue or the DLQ: lab status")


def _wait_until_noticed(target: Target, *modes: FailureMode) -> None:
    names = ", ".join(failure_mode.noticing_functions(target, *modes))
    if not names:  # it was none, and is none
        out().print("  it was none before: no function has to notice")
        return
    with steps_on(out()) as steps, steps.step(f"Noticed by {names}"):
        failure_mode.wait_until_noticed(target, *modes)
