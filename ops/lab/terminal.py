"""Terminal that the command writes to: answers to stdout, errors to stderr, in colour only on a terminal.

Rich honours NO_COLOR (https://no-color.org).
"""

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape as escape_tags  # noqa: TID251

from ops.lab.errors import CommandError

if TYPE_CHECKING:
    from rich.live import Live

_PIPE_COLUMNS = 1_000_000  # a pipe has no width: whoever reads it gets whole lines
_BRACKET_OF_NO_TAG = re.compile(r"\\\[(?![a-z#/@][^[]*?])")


def out() -> Console:
    """A new console on today's sys.stdout: a test or a pipe may have replaced it."""
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = _PIPE_COLUMNS
    return console


def errors_out(*, quiet: bool = False) -> Console:
    """The same for stderr, whose lines may be as wide as its terminal."""
    return Console(stderr=True, highlight=False, emoji=False, quiet=quiet)


def escape(text: str) -> str:
    """Foreign text as markup that shows it as it is, whatever stands before and after it.

    Rich's own takes care of what looks like a tag alone: Rich then prints "\\[" as "[", so that a `sed` would
    do something else, and a backslash at the end joins with the tag behind it.
    """
    body = text.rstrip("\\")
    end = text[len(body) :]
    escaped = escape_tags(_BRACKET_OF_NO_TAG.sub(r"\\\\[", body))
    return escaped + (f"{end}{end}[none][/none]" if end else "")


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
    console = errors_out()
    console.print(f"[bold red]✗ {escape(str(error))}[/]", soft_wrap=True)
    if error.hint:
        console.print(f"  [yellow]{escape(error.hint)}[/]".replace("\n", "\n  "), soft_wrap=True)


def json_text(document: Any) -> str:
    """The document, indented. A time is ISO 8601 with its zone; what JSON has no type for is text."""
    return json.dumps(document, indent=2, default=_text)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
