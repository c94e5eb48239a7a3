"""`lab wait`: what a runbook does where a person would look again and again."""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from ops.lab.app import queue_depth
from ops.lab.app.function_names import FUNCTIONS_HELP, FunctionName
from ops.lab.app.target import Target
from ops.lab.app.time_span import seconds
from ops.lab.commands.files.file_options import choose_files_target
from ops.lab.errors import Refused
from ops.lab.options import EnvOption, TargetName, TargetOption, choose
from ops.lab.probes import alarms, logs
from ops.lab.terminal import escape, out
from ops.lab.waiting import eventually

_SECONDS_BETWEEN_LOG_READS = 0.5

Value = TypeVar("Value")

WithinOption = Annotated[float, typer.Option("--within", help="Give up after so many seconds.")]
CountArgument = Annotated[int, typer.Argument(min=0, help="Messages in any state.")]
AtLeastOption = Annotated[bool, typer.Option("--at-least", help="That many or more.")]

app = typer.Typer(no_args_is_help=True, help="Wait until something is so; end with 6 if it does not happen.")


class AlarmState(StrEnum):
    OK = "OK"
    ALARM = "ALARM"


@app.command("alarm")
def alarm(
    name: Annotated[str, typer.Argument(help="As `lab alarms` names it, such as DlqDepth.")],
    state: Annotated[AlarmState, typer.Argument(help="The state to wait for.")],
    within: WithinOption = 600,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Wait until an alarm has a state."""
    chosen = choose(target, env)
    if name not in (known := alarms.names(chosen)):
        raise Refused(f"there is no alarm {name}", hint=f"there are {', '.join(known)}")
    _wait(
        lambda: alarms.state(chosen, name),
        lambda seen: seen == state.value,
        f"alarm {name}",
        within,
        hint="lab alarms; lab metrics",
    )


@app.command("queue")
def queue(
    count: CountArgument,
    at_least: AtLeastOption = False,
    within: WithinOption = 600,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Wait until the queue holds so many messages."""
    _wait_for_depth(choose(target, env), "QueueUrl", "messages in the queue", count, at_least, within)


@app.command("dlq")
def dlq(
    count: CountArgument,
    at_least: AtLeastOption = False,
    within: WithinOption = 600,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Wait until the dead-letter queue holds so many messages."""
    _wait_for_depth(choose(target, env), "DlqUrl", "messages in the DLQ", count, at_least, within)


@app.command("files-dlq")
def files_dlq(
    count: CountArgument,
    at_least: AtLeastOption = False,
    within: WithinOption = 600,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Wait until the dead-letter queue of the files pipeline holds so many messages."""
    chosen = choose_files_target(target, env)
    _wait_for_depth(chosen, "CsvDlqUrl", "messages in the DLQ of the files", count, at_least, within)


@app.command("log")
def log(
    function: Annotated[
        FunctionName, typer.Argument(metavar="FUNCTION", help=f"Whose log. {FUNCTIONS_HELP}.")
    ],
    text: Annotated[str, typer.Argument(help="What a line must contain.")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many such lines.")] = 1,
    since: Annotated[str, typer.Option(help="How far back: 90s, 5m, 2h, 1d.")] = "5m",
    within: WithinOption = 600,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Wait until a function has logged a text."""
    chosen, start = choose(target, env), time.time() - seconds(since)
    _wait(
        lambda: logs.count_text(chosen, function, start, text),
        lambda seen: seen >= count,
        f"lines of {function.value} with {text!r}",
        within,
        every=_SECONDS_BETWEEN_LOG_READS,
        hint=f"lab logs {function.value} --since {since}",
    )


def _wait_for_depth(
    target: Target, output: str, what: str, count: int, at_least: bool, within: float
) -> None:
    reads_wanted, every = queue_depth.reading_pace(target)
    url, in_a_row = target.output(output), 0

    def read() -> int:
        nonlocal in_a_row
        total = queue_depth.depth(target, url).total
        in_a_row = in_a_row + 1 if total == count or (at_least and total > count) else 0
        return total

    _wait(read, lambda _: in_a_row >= reads_wanted, what, within, every=every, hint="lab status")


def _wait(
    probe: Callable[[], Value],
    until: Callable[[Value], bool],
    what: str,
    within: float,
    *,
    every: float = 0.25,
    hint: str,
) -> None:
    began = time.monotonic()
    value = eventually(probe, within=within, until=until, every=every, what=what, hint=hint)
    took = f"[cyan]{time.monotonic() - began:.1f} s[/]"
    out().print(f"[green]✓[/] {escape(what)}: {escape(str(value))}  {took}", soft_wrap=True)
