"""Console that the command writes to: answers to stdout, errors to stderr, in colour only on a terminal.

Rich honours NO_COLOR (https://no-color.org).
"""

from rich.console import Console
from rich.markup import escape

from ops.lab.errors import CommandError


def out() -> Console:
    """A new console on today's sys.stdout: a test or a pipe may have replaced it."""
    return Console(highlight=False)


def show_error(error: CommandError) -> None:
    """One red line, then what to do about it."""
    console = Console(stderr=True, highlight=False)
    console.print(f"[bold red]✗ {escape(str(error))}[/]", soft_wrap=True)
    if error.hint:
        console.print(f"  [yellow]{escape(error.hint)}[/]".replace("\n", "\n  "), soft_wrap=True)
