"""`lab down`."""

from typing import Annotated

import typer
from rich.markup import escape

from ops.lab.console import out
from ops.lab.local.directory import lab_directory
from ops.lab.local.lock import exclusively
from ops.lab.local.take_down import take_down


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
