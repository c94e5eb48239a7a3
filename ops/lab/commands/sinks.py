"""`lab sinks`: `start`, `status`, `received`, `fail`, `heal` and `stop`, for those of `ops.lab.sinks`."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console

from ops.lab.errors import Interrupted, NotUp
from ops.lab.local import running_lab
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.local.ports import chosen_port
from ops.lab.options import JsonOption, TargetName, choose
from ops.lab.sinks import deployment, sinks_process
from ops.lab.sinks.access import Access, Ports, SinkName
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.failure import DEFAULT_DELAY_SECONDS, FailureKind, SinkFailure
from ops.lab.sinks.ledger import Arrival
from ops.lab.terminal import abridged, escape, out

_SECONDS_BETWEEN_LOOKS = 0.5
_SUMMARY_CHARACTERS = 100
app = typer.Typer(
    no_args_is_help=True,
    help="Sinks: a mail server, Splunk HEC and Dynatrace, which check what they receive.",
)
# Beside the lab's own port, so that two labs on one machine do not meet.
_PORTS_ABOVE_THE_LABS = 100
SinkArgument = Annotated[SinkName, typer.Argument(help="Which sink.")]


class SmtpSecurity(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"


@app.command()
def start(
    smtp_security: Annotated[
        SmtpSecurity, typer.Option(help="How mail is encrypted: by STARTTLS, or TLS from the first byte.")
    ] = SmtpSecurity.STARTTLS,
    first_port: Annotated[
        int | None, typer.Option(metavar="N", help="Listen on N to N+3; by default LAB_PORT + 100.")
    ] = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Show arrivals as they come; Ctrl-C stops the sinks.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Start the sinks, put their credentials into the lab's Secrets Manager, say how to deploy with them.

    Where they run already it does the rest, so do it again after `lab up`.
    """
    directory = lab_directory()
    with exclusively(directory.sinks_lock_file):
        first = chosen_port() + _PORTS_ABOVE_THE_LABS if first_port is None else first_port
        ports = Ports(first, first + 1, first + 2, first + 3)
        running = sinks_process.living(directory) or sinks_process.start(directory, ports, smtp_security)
    access = running.client.access()
    secrets = _put_secrets(access)
    context = _deployed_context(directory) | deployment.context(access)
    if as_json:
        print(json.dumps({"pid": running.pid, "context": context, "secrets": secrets}, indent=2))
    else:
        _show_context(out(), context, secrets)
    if foreground:
        try:
            _follow(out(), running.client)
        finally:
            sinks_process.stop(directory, running)


def _deployed_context(directory: LabDirectory) -> dict[str, str]:
    """What the lab that is up was deployed with: without it, `lab up` would deploy another app."""
    lab = running_lab.living(directory.state_file)
    return lab.context if lab else {}


def _put_secrets(access: Access) -> list[str]:
    """Into the lab that is up; nowhere else, since the credentials are the sinks' own."""
    try:
        target = choose(TargetName.RUNNING)
    except NotUp:
        return []
    return deployment.put_secrets(target.secretsmanager, access)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show what each received, valid and invalid, and how it fails. Ends with 4 where they do not run."""
    try:
        found = sinks_process.found(lab_directory()).client.status()
    except NotUp as error:
        if as_json:
            print(json.dumps({"running": False, "reason": str(error)}))
        raise
    print(json.dumps(found, indent=2)) if as_json else _show_status(out(), found)


@app.command()
def received(
    name: Annotated[SinkName | None, typer.Argument(help="One sink alone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what arrived: mails, log events, metric lines, and what was refused and why."""
    client = sinks_process.found(lab_directory()).client
    arrivals = {each: client.received(each) for each in ([name] if name else SinkName)}
    if as_json:
        print(json.dumps({each: [asdict(a) for a in found] for each, found in arrivals.items()}, indent=2))
        return
    for each, found in arrivals.items():
        _show_arrivals(out(), each, found)


@app.command()
def fail(
    name: SinkArgument,
    kind: Annotated[FailureKind, typer.Argument(help="500, no answer, no listener, late, or not its own.")],
    for_seconds: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", help="Heal by itself after so long.")
    ] = None,
    delay: Annotated[
        float, typer.Option(metavar="SECONDS", help="With slow: how late it answers.")
    ] = DEFAULT_DELAY_SECONDS,
) -> None:
    """Let a sink fail, until `lab sinks heal` or for a time."""
    sinks_process.found(lab_directory()).client.fail(name, SinkFailure(kind, delay), for_seconds)
    until = "until `lab sinks heal`" if for_seconds is None else f"for {for_seconds:g} s"
    out().print(f"[red]✗[/] {name} fails: {kind}, {until}")


@app.command()
def heal(name: Annotated[SinkName | None, typer.Argument(help="One sink alone.")] = None) -> None:
    """Let one sink be well again, or all."""
    sinks_process.found(lab_directory()).client.heal(name)
    out().print(f"[green]✓[/] {name or 'all'} well")


@app.command()
def stop() -> None:
    """Stop the sinks; what they received is gone. Harmless where they do not run."""
    directory = lab_directory()
    with exclusively(directory.sinks_lock_file):
        running = sinks_process.living(directory)
        if running:
            sinks_process.stop(directory, running)
    out().print(f"[green]✓[/] stopped process {running.pid}" if running else "[green]✓[/] nothing ran")


def _show_context(console: Console, context: Mapping[str, str], secrets: Sequence[str]) -> None:
    """How to deploy with the sinks, as a command to copy."""
    if secrets:
        console.print(f"[green]✓[/] secrets in the lab: {', '.join(secrets)}", soft_wrap=True)
    else:
        console.print("[yellow]![/] no lab is up: do this again after `lab up`, for the secrets")
    options = " ".join(f"-c {key}={value}" for key, value in context.items())
    console.print(f"deploy with\n  lab up {options}", soft_wrap=True, markup=False)


def _show_status(console: Console, found: Mapping[str, Mapping[str, Any]]) -> None:
    for name, each in found.items():
        invalid = f"[red]{each['invalid']} invalid[/]" if each["invalid"] else "0 invalid"
        failure = f"  [red]fails: {each['failure']['kind']}[/]" if each["failure"] else ""
        failed = f", {each['failed']} met a failure" if each["failed"] else ""
        console.print(
            f"[bold]{name:<10}[/] port {each['port']}  {each['valid']} valid, {invalid}{failed}{failure}"
        )


def _show_arrivals(console: Console, name: SinkName, arrivals: Sequence[Arrival]) -> None:
    """A line each, oldest first."""
    for arrival in arrivals:
        moment = time.strftime("%H:%M:%S", time.localtime(arrival.at))
        mark = "[green]✓[/]" if arrival.valid else f"[red]✗ {escape(arrival.problem)}[/]"
        console.print(
            f"{moment} [bold]{name:<10}[/] {mark} {escape(_summary(name, arrival))}", soft_wrap=True
        )


def _follow(console: Console, client: SinksClient) -> None:
    """Show what arrives until Ctrl-C, which raises Interrupted, or until the sinks are stopped."""
    seen = dict.fromkeys(SinkName, 0)
    console.print("waiting for arrivals; Ctrl-C stops the sinks")
    try:
        while True:
            for name in SinkName:
                if arrivals := client.received(name, after=seen[name]):
                    _show_arrivals(console, name, arrivals)
                    seen[name] = arrivals[-1].number
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    except NotUp:
        console.print("the sinks were stopped")
    except KeyboardInterrupt:
        raise Interrupted("the sinks are stopped") from None


def _summary(name: SinkName, arrival: Arrival) -> str:
    document = arrival.document
    if name is SinkName.SMTP and document:
        return f"{document['subject']}  to {', '.join(document['recipients'])}"
    if name is SinkName.DYNATRACE and "key" in document:
        dimensions = ",".join(f"{key}={value}" for key, value in document["dimensions"].items())
        return abridged(f"{document['key']} {document['values']} {dimensions}", _SUMMARY_CHARACTERS)
    return abridged(json.dumps(document.get("event", document)), _SUMMARY_CHARACTERS) if document else ""
