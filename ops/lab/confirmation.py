"""Confirmation of what cannot be taken back: a question on the terminal, and a refusal without a yes."""

from typing import Annotated

import typer

from ops.lab.errors import Refused

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def confirm_first(question: str, *, yes: bool, otherwise: str) -> None:
    """Ask, unless `yes` was given with the command. The question goes to stderr: stdout is for the answer.

    Raises Refused for a no, and where nobody answers; `otherwise` says what was left undone.
    """
    if yes:
        return
    try:
        confirmed = typer.confirm(question, err=True)
    except typer.Abort:  # no terminal, and no answer in what was piped
        typer.echo(err=True)  # ends the line of the question
        raise Refused(f"not confirmed: {otherwise}", hint="without a terminal: --yes") from None
    if not confirmed:
        raise Refused(f"not confirmed: {otherwise}")
