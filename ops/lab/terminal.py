"""Terminal that the command writes to: answers to stdout, errors to stderr, in colour only on a terminal.

Rich honours NO_COLOR (https://no-color.org).
"""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from ops.lab.errors import CommandError

if TYPE_CHECKING:
    from rich.live import Live

_PIPE_COLUMNS = 1_000_000  # a pipe has no width: whoever reads it gets whole lines


def out() -> Console:
    """A new console on today's sys.stdout: a test or a pipe may have replaced it."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_COLUMNS
    return console


def live_screen() -> "Live":
    """The whole terminal, redrawn at each update; in a pipe, one panel or table after another."""
    from rich.live import Live  # here: most commands draw nothing live

    console = out()
    return Live(console=console, auto_refresh=False, screen=console.is_terminal)


def abridged(text: str, characters: int) -> str:
    """The text; on a terminal, no more than so many characters of it, and a mark where there is more."""
    if len(text) <= characters or not out().is_terminal:
        return text
    return f"{text[:characters]}…"


def show_error(error: CommandError) -> None:
    """One red line, then what to do about it."""
    console = Console(stderr=True, highlight=False)
    console.print(f"[bold red]✗ {escape(str(error))}[/]", soft_wrap=True)
    if error.hint:
        console.print(f"  [yellow]{escape(error.hint)}[/]".replace("\n", "\n  "), soft_wrap=True)
