"""`lab sinks start`, `status`, `received`, `fail`, `heal` and `stop`."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from ops.lab.commands.sinks_display import follow, show_arrivals, show_context, show_status
from ops.lab.console import out
from ops.lab.errors import NotUp
from ops.lab.local import running_lab
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.local.ports import chosen_port
from ops.lab.options import JsonOption, TargetName, choose
from ops.lab.sinks import deployment, process
from ops.lab.sinks.access import Access, Ports
from ops.lab.sinks.failure import DEFAULT_DELAY_SECONDS, Failure, FailureKind
from ops.lab.sinks.name import SinkName

app = typer.Typer(
    no_args_is_help=True,
    help="Stand-ins for a mail server, Splunk HEC and Dynatrace, which check what they receive.",
)

# Beside the lab's own port, so that two labs on one machine do not meet.
_PORTS_ABOVE_THE_LABS = 100

SinkArgument = Annotated[SinkName, typer.Argument(help="Which stand-in.")]


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
        bool, typer.Option("--foreground", help="Show arrivals as they come; Ctrl-C stops the stand-ins.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Start the stand-ins, put their credentials into the lab's Secrets Manager, say how to deploy with them.

    Where they run already it does the rest, so do it again after `lab up`.
    """
    directory = lab_directory()
    with exclusively(directory.sinks_lock_file):
        first = chosen_port() + _PORTS_ABOVE_THE_LABS if first_port is None else first_port
        ports = Ports(first, first + 1, first + 2, first + 3)
        running = process.living(directory) or process.start(directory, ports, smtp_security)
    access = running.client.access()
    secrets = _put_secrets(access)
    context = _deployed_context(directory) | deployment.context(access)
    if as_json:
        print(json.dumps({"pid": running.pid, "context": context, "secrets": secrets}, indent=2))
    else:
        show_context(out(), context, secrets)
    if foreground:
        try:
            follow(out(), running.client)
        finally:
            process.stop(directory, running)


def _deployed_context(directory: LabDirectory) -> dict[str, str]:
    """What the lab that is up was deployed with: without it, `lab up` would deploy another app."""
    lab = running_lab.living(directory.state_file)
    return lab.context if lab else {}


def _put_secrets(access: Access) -> list[str]:
    """Into the lab that is up; nowhere else, since the credentials are the stand-ins' own."""
    try:
        target = choose(TargetName.RUNNING)
    except NotUp:
        return []
    return deployment.put_secrets(target.secretsmanager, access)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show what each received, valid and invalid, and how it fails. Ends with 4 where they do not run."""
    found = process.found(lab_directory()).client.status()
    print(json.dumps(found, indent=2)) if as_json else show_status(out(), found)


@app.command()
def received(
    name: Annotated[SinkName | None, typer.Argument(help="One stand-in alone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what arrived: mails, log events, metric lines, and what was refused and why."""
    client = process.found(lab_directory()).client
    arrivals = {each: client.received(each) for each in ([name] if name else SinkName)}
    if as_json:
        print(json.dumps({each: [asdict(a) for a in found] for each, found in arrivals.items()}, indent=2))
        return
    for each, found in arrivals.items():
        show_arrivals(out(), each, found)


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
    """Let a stand-in fail, until `lab sinks heal` or for a time."""
    process.found(lab_directory()).client.fail(name, Failure(kind, delay), for_seconds)
    until = "until `lab sinks heal`" if for_seconds is None else f"for {for_seconds:g} s"
    out().print(f"[red]✗[/] {name} fails: {kind}, {until}")


@app.command()
def heal(name: Annotated[SinkName | None, typer.Argument(help="One stand-in alone.")] = None) -> None:
    """Let one stand-in be well again, or all."""
    process.found(lab_directory()).client.heal(name)
    out().print(f"[green]✓[/] {name or 'all'} well")


@app.command()
def stop() -> None:
    """Stop the stand-ins; what they received is gone. Harmless where they do not run."""
    directory = lab_directory()
    with exclusively(directory.sinks_lock_file):
        running = process.living(directory)
        if running:
            process.stop(directory, running)
    out().print(f"[green]✓[/] stopped process {running.pid}" if running else "[green]✓[/] nothing ran")
