"""What `lab sinks` shows."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from ops.lab.errors import Interrupted, NotUp
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.ledger import Arrival
from ops.lab.sinks.name import SinkName

_SECONDS_BETWEEN_LOOKS = 0.5
_SUMMARY_CHARACTERS = 100


def show_context(console: Console, context: Mapping[str, str], secrets: Sequence[str]) -> None:
    """How to deploy with the stand-ins, as a command to copy."""
    if secrets:
        console.print(f"[green]✓[/] secrets in the lab: {', '.join(secrets)}", soft_wrap=True)
    else:
        console.print("[yellow]![/] no lab is up: do this again after `lab up`, for the secrets")
    options = " ".join(f"-c {key}={value}" for key, value in context.items())
    console.print(f"deploy with\n  lab up {options}", soft_wrap=True, markup=False)


def show_status(console: Console, found: Mapping[str, Mapping[str, Any]]) -> None:
    for name, each in found.items():
        invalid = f"[red]{each['invalid']} invalid[/]" if each["invalid"] else "0 invalid"
        failure = f"  [red]fails: {each['failure']['kind']}[/]" if each["failure"] else ""
        failed = f", {each['failed']} met a failure" if each["failed"] else ""
        console.print(
            f"[bold]{name:<10}[/] port {each['port']}  {each['valid']} valid, {invalid}{failed}{failure}"
        )


def show_arrivals(console: Console, name: SinkName, arrivals: Sequence[Arrival]) -> None:
    """A line each, oldest first."""
    for arrival in arrivals:
        moment = time.strftime("%H:%M:%S", time.localtime(arrival.at))
        mark = "[green]✓[/]" if arrival.valid else f"[red]✗ {escape(arrival.problem)}[/]"
        console.print(
            f"{moment} [bold]{name:<10}[/] {mark} {escape(_summary(name, arrival))}", soft_wrap=True
        )


def follow(console: Console, client: SinksClient) -> None:
    """Show what arrives until Ctrl-C, which raises Interrupted, or until the stand-ins are stopped."""
    seen = dict.fromkeys(SinkName, 0)
    console.print("waiting for arrivals; Ctrl-C stops the stand-ins")
    try:
        while True:
            for name in SinkName:
                if arrivals := client.received(name, after=seen[name]):
                    show_arrivals(console, name, arrivals)
                    seen[name] = arrivals[-1].number
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    except NotUp:
        console.print("the stand-ins were stopped")
    except KeyboardInterrupt:
        raise Interrupted("the stand-ins are stopped") from None


def _summary(name: SinkName, arrival: Arrival) -> str:
    document = arrival.document
    if name is SinkName.SMTP and document:
        return f"{document['subject']}  to {', '.join(document['recipients'])}"
    if name is SinkName.DYNATRACE and "key" in document:
        dimensions = ",".join(f"{key}={value}" for key, value in document["dimensions"].items())
        return f"{document['key']} {document['values']} {dimensions}"[:_SUMMARY_CHARACTERS]
    return json.dumps(document.get("event", document))[:_SUMMARY_CHARACTERS] if document else ""
