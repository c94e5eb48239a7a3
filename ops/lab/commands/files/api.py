"""`lab files api`: how the simulated API behaves that rows are sent to."""

import json
import re
from dataclasses import replace
from typing import Annotated, Any

import typer

from functions.common.camel_case import to_document
from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.commands.files.file_options import choose_files_target
from ops.lab.errors import Refused
from ops.lab.files import simulated_api
from ops.lab.files.simulated_api import HEALTHY
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, refuse_beside_others
from ops.lab.terminal import escape, out

_RANGE = re.compile(r"(\d+)(ms|s)(?:-(\d+)(ms|s))?")
_MILLISECONDS = {"ms": 1, "s": 1000}

LatencyOption = Annotated[
    str | None, typer.Option("--latency", metavar="RANGE", help="5ms-30ms; 5s-30s is the realistic one.")
]
ErrorRateOption = Annotated[
    float | None, typer.Option("--error-rate", min=0, max=1, help="Share of calls that answer 503.")
]
DownOption = Annotated[
    bool | None, typer.Option("--down/--not-down", help="Answer nothing but 503.", show_default=False)
]
FailingOption = Annotated[
    str | None,
    typer.Option("--failing", metavar="TEXT", help='Refuse files whose key contains this; "" for none.'),
]
CallsAtOnceOption = Annotated[
    int | None,
    typer.Option("--calls-at-once", min=0, help="Answer more of one client's calls with 429; 0: any number."),
]
HealthyOption = Annotated[bool, typer.Option("--healthy", help="Back to 5ms-30ms without any error.")]


def api(
    latency: LatencyOption = None,
    error_rate: ErrorRateOption = None,
    down: DownOption = None,
    failing: FailingOption = None,
    calls_at_once: CallsAtOnceOption = None,
    healthy: HealthyOption = False,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show how the simulated API behaves, or set what is given and wait until the functions noticed."""
    given: dict[str, Any] = _latency(latency) if latency is not None else {}
    options = {
        "error_rate": error_rate,
        "down": down,
        "failing": failing,
        "calls_at_once": calls_at_once,
    }
    given |= {name: value for name, value in options.items() if value is not None}
    if healthy and given:
        raise Refused("--healthy goes with no other option")
    chosen = choose_files_target(target, env)
    if not (healthy or given):
        behaviour = simulated_api.read(chosen)
    else:
        refuse_beside_others(target, env)
        behaviour = HEALTHY if healthy else replace(simulated_api.read(chosen), **given)
        simulated_api.put(chosen, behaviour)
        simulated_api.wait_until_noticed(chosen)
    print(json.dumps(to_document(behaviour), indent=2)) if as_json else _show(behaviour)


def _latency(text: str) -> dict[str, int]:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise Refused(f"--latency {text}", hint="say it as 5ms-30ms, 5s-30s or 20ms")
    least = int(match[1]) * _MILLISECONDS[match[2]]
    most = int(match[3]) * _MILLISECONDS[match[4]] if match[3] else least
    if most < least:
        raise Refused(f"--latency {text}: the second must not be less than the first")
    return {"latency_min_milliseconds": least, "latency_max_milliseconds": most}


def _show(behaviour: ApiBehaviour) -> None:
    state = "[red]down[/]" if behaviour.down else "[green]up[/]"
    errors = f", [yellow]{behaviour.error_rate:.0%} of calls fail[/]" if behaviour.error_rate else ""
    text = escape(behaviour.failing)
    refused = f', [red]refuses files with "{text}" in their key[/]' if text else ""
    limit = behaviour.calls_at_once
    limited = f", [yellow]takes {limit} calls at once from one client[/]" if limit else ""
    latency = f"{behaviour.latency_min_milliseconds} to {behaviour.latency_max_milliseconds} ms"
    out().print(
        f"the simulated API is {state}, answers in {latency}{errors}{refused}{limited}", soft_wrap=True
    )
