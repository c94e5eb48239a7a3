"""`lab alarms`: every alarm with its condition, or those that are raised with meaning, runbook and reason."""

from dataclasses import asdict
from datetime import UTC
from typing import Annotated

import typer

from ops.lab.app.alarm_speed import speed_of
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose
from ops.lab.probes.alarms import AlarmDetail, details
from ops.lab.terminal import escape, json_text, out

_COLOURS = {"OK": "green", "ALARM": "bold red", "INSUFFICIENT_DATA": "yellow"}


def alarms(
    raised: Annotated[
        bool, typer.Option("--raised", help="Only those in ALARM: what each means, its runbook, the reason.")
    ] = False,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show every alarm: its state, since when, and on what condition it rises."""
    chosen = choose(target, env)
    found = [alarm for alarm in details(chosen) if alarm.state == "ALARM" or not raised]
    if as_json:
        print(json_text([asdict(alarm) for alarm in found]))
        return
    if raised:
        _explain(found)
    else:
        _list(found)
    speed = speed_of(chosen.endpoint) if chosen.endpoint and found else None
    if speed is not None and speed > 1:
        out().print(f"[dim]periods pass {speed:g} times as fast as on AWS: a minute in {60 / speed:.2g} s[/]")


def _list(found: list[AlarmDetail]) -> None:
    # Lines and not a table: a terminal's width must not break a metric's name.
    names = max((len(alarm.name) for alarm in found), default=0)
    states = max((len(alarm.state) for alarm in found), default=0)
    for alarm in found:
        state = f"[{_COLOURS[alarm.state]}]{alarm.state:<{states}}[/]"
        line = f"[bold]{alarm.name:<{names}}[/]  {state}  since {_clock(alarm)}  {escape(alarm.condition)}"
        out().print(line, soft_wrap=True)


def _explain(found: list[AlarmDetail]) -> None:
    if not found:
        out().print("[green]✓[/] no alarm is raised")
    for alarm in found:
        out().print(f"[bold red]{escape(alarm.name)}[/] since {_clock(alarm)}", soft_wrap=True)
        for line in filter(None, (alarm.description, alarm.reason)):
            out().print(f"  {escape(line)}", soft_wrap=True)


def _clock(alarm: AlarmDetail) -> str:
    return f"{alarm.since.astimezone(UTC):%m-%d %H:%M:%S} UTC"
