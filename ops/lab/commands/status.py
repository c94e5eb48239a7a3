"""`lab status`: where everything is and how it is."""

import json
from dataclasses import asdict
from typing import Any

from ops.lab.app import failure_mode, queue_depth
from ops.lab.app.alarm_speed import speed_of
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.stack_status import is_updatable
from ops.lab.app.target import Target
from ops.lab.console.serving import console_process
from ops.lab.errors import NotUp
from ops.lab.local.directory import lab_directory
from ops.lab.local.running_lab import find_running
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose
from ops.lab.probes import alarms
from ops.lab.terminal import escape, out

# The keys of `lab status --json` by the stack output that each one shows.
_OUTPUTS = {
    "api_url": "ApiUrl",
    "queue_url": "QueueUrl",
    "dlq_url": "DlqUrl",
    "parked_url": "ParkedUrl",
    "table_name": "TableName",
    "topic_arn": "TopicArn",
    "bus_name": "BusName",
    "failure_mode_parameter": "FailureModeParameter",
    "dashboard_name": "DashboardName",
}
# Of a script alone: a person sees the first two at the top, the last in its own words.
_NOT_LISTED = ("failure_mode", "raised_alarms", "running", "alarm_speed")


def status(
    target: TargetOption = TargetName.RUNNING, env: EnvOption = None, as_json: JsonOption = False
) -> None:
    """Show where everything is and how it is. Ends with 4 where the lab is not up."""
    try:
        found = _process(target) | overview(choose(target, env))
    except NotUp as error:
        if as_json:
            print(json.dumps({"running": False, "reason": str(error)}))
        raise
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        _show(found)


def _process(target: TargetName) -> dict[str, Any]:
    if target is TargetName.AWS:
        return {"running": True}
    directory = lab_directory()
    lab = find_running(directory)
    started_here = {} if lab.pid is None else {"pid": lab.pid, "log": lab.log}
    speed = speed_of(lab.endpoint)
    compressed = {} if speed is None else {"alarm_speed": speed}
    console = console_process.living(directory)
    page = {} if console is None else {"console": console.address}
    return {"running": True, "port": lab.port} | page | started_here | compressed


def overview(target: Target) -> dict[str, Any]:
    """What the target has and does now. Raises NotUp where an output is missing: never an empty string."""
    stacks = target.stacks()
    return {
        "endpoint": target.endpoint or f"https://cloudformation.{target.region}.amazonaws.com",
        **{name: stacks.output(key) for name, key in _OUTPUTS.items()},
        "env_name": target.env_name,
        "stacks": stacks.statuses,
        "failure_mode": failure_mode.read_mode(target),
        "raised_alarms": sorted(alarms.in_alarm(target)),
        "queue": asdict(queue_depth.main_queue(target)),
        "dlq": asdict(queue_depth.dead_letter_queue(target)),
        "parked": asdict(queue_depth.parking_queue(target)),
    }


def _show(found: dict[str, Any]) -> None:
    """How it is, then where everything is."""
    mode, raised = found["failure_mode"], found["raised_alarms"]
    _row("failure mode", escape(mode) if mode == FailureMode.NONE else f"[yellow]{escape(mode)}[/]")
    named = f"[bold red]{escape(', '.join(raised))}[/]  lab alarms --raised"
    _row("raised alarms", named if raised else "none")
    for name in ("queue", "dlq", "parked"):
        counts = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in found[name].items())
        _row(name, counts)
    for name, value in found.items():
        if name not in _NOT_LISTED and not isinstance(value, dict):
            _row(name.replace("_", " "), escape(str(value)))
    if "alarm_speed" in found:
        _row("alarms", f"{found['alarm_speed']:g} times as fast as on AWS")
    for stack, condition in found["stacks"].items():
        colour = "green" if is_updatable(condition) else "red"
        _row(stack, f"[{colour}]{escape(condition)}[/]")


def _row(name: str, value: str) -> None:
    # Never cut nor broken by us: these lines are for copying from.
    out().print(f"[bold]{name:<31}[/] {value}", soft_wrap=True)
