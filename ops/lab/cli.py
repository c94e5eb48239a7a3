"""Command line of `lab`. `lab_commands` names what it has: each is imported when it is called, not before."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from ops.lab.errors import CommandError, Interrupted, NotUp
from ops.lab.lab_commands import COMMANDS


class LabGroup(TyperGroup):
    """Loads a command when it is called, and shows an error as a line and a hint; LAB_DEBUG=1 raises it."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self._names_alone = False
        self.commands = {each.name: each.stub() for each in COMMANDS}

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """`lab help COMMAND` is `lab COMMAND --help`, as with git, npm and others."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command itself; while names and descriptions are listed, a stub that imports nothing."""
        if self._names_alone or cmd_name not in self.commands:
            return self.commands.get(cmd_name)
        return next(each for each in COMMANDS if each.name == cmd_name).load()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with self._listing():
            super().format_help(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        with self._listing():
            return super().shell_complete(ctx, incomplete)

    def list_commands(self, ctx: Any) -> list[str]:
        return [each.name for each in COMMANDS]

    @contextmanager
    def _listing(self) -> Iterator[None]:
        self._names_alone = True
        try:
            yield
        finally:
            self._names_alone = False

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise  # Click's own, and the reader of a pipe that has gone
        except KeyboardInterrupt as error:
            raise _ended_by(Interrupted("interrupted")) from error
        except Exception as error:
            if os.environ.get("LAB_DEBUG"):
                raise
            raise _ended_by(_foreseen(error) or _unforeseen(error)) from error


def _ended_by(error: CommandError) -> typer.Exit:
    from ops.lab.terminal import show_error

    show_error(error)
    return typer.Exit(error.exit_code)


def _foreseen(error: Exception) -> CommandError | None:
    if isinstance(error, NotUp):
        error.hint = "\n".join(filter(None, (_at_work(), error.hint)))
    if isinstance(error, CommandError):
        return error
    if "botocore" not in sys.modules:
        return None
    from botocore.exceptions import BotoCoreError, ClientError

    from ops.lab.app.aws_errors import as_command_error

    return as_command_error(error) if isinstance(error, BotoCoreError | ClientError) else None


def _at_work() -> str:
    """What is bringing the lab up, or taking it down, at this moment; empty where nothing is."""
    from ops.lab.local.command_lock import at_work
    from ops.lab.local.directory import lab_directory

    command = at_work(lab_directory().lock_file)
    return "" if command is None or command.pid == os.getpid() else f"{command}: wait until that has finished"


def _unforeseen(error: Exception) -> CommandError:
    """One line for a person; the traceback goes to a file, for whoever mends the command."""
    from ops.lab.local.directory import lab_directory

    log = lab_directory().errors_log
    hint = "LAB_DEBUG=1 shows the traceback"
    try:
        _keep(log, error)
        hint = f"the traceback is in {log}; with LAB_DEBUG=1 the command shows it"
    except OSError:
        pass  # a folder that cannot be written to must not hide what went wrong
    return CommandError(f"unexpected: {type(error).__name__}: {error}", hint=hint)


def _keep(log: Path, error: Exception) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(sys.argv)}\n{''.join(traceback.format_exception(error))}\n")


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        print(f"lab {version('dlq-reliability-lab')}")
    except PackageNotFoundError:
        print("lab, of a checkout that is not installed")
    raise typer.Exit


app = typer.Typer(
    cls=LabGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def lab(
    _: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version, and end."),
    ] = False,
) -> None:
    """A serverless ingestion pipeline to break, watch fail, repair and redrive."""
