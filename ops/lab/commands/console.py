"""`lab console`: serves the pages, and what they work on: target, drills, reports, the incident."""

import os
import socket
from pathlib import Path
from typing import Annotated

import typer

from ops.lab.app.target import Target
from ops.lab.commands.drill_history import ReportsOption
from ops.lab.console.changes.action_journal import ActionJournal
from ops.lab.console.changes.drill_control import DrillControl
from ops.lab.console.context import ConsoleContext
from ops.lab.console.looking.poller import AWS_PACE, LOCAL_PACE, Poller
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving import console_process
from ops.lab.console.serving.access import ConsoleAccess, may_change
from ops.lab.console.serving.app import create_app
from ops.lab.console.serving.listener import bound_socket, first_free_socket, given_port
from ops.lab.errors import NotUp
from ops.lab.incidents.session import IncidentSession
from ops.lab.local.child_environment import plain_environment
from ops.lab.local.directory import lab_directory
from ops.lab.local.ports import chosen_port
from ops.lab.options import (
    EnvOption,
    TargetName,
    TargetOption,
    choose,
    lock_of,
    progress_of,
    refuse_beside_others,
)
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import escape, out
from ops.lab.web.listening import new_token, port_of
from ops.lab.web.server import serve

PortOption = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help="LAB_CONSOLE_PORT, or 8080, or the next one that is free; 0 takes any.",
    ),
]
AllowChangesOption = Annotated[
    bool, typer.Option("--allow-changes", help="On AWS: let the page change the account, not only read it.")
]
# Of `lab up`, which has taken the port itself and goes on.
ListenerOption = Annotated[int | None, typer.Option("--listener", hidden=True)]


def console(
    port: PortOption = None,
    allow_changes: AllowChangesOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
    reports: ReportsOption = WORKPLACE / "reports",
    listener: ListenerOption = None,
) -> None:
    """Serve the console: a page that shows the pipeline live, and breaks, feeds and repairs it.
    Ctrl-C ends it.

    On AWS it only reads, unless --allow-changes is given. It listens on this machine's loopback alone.
    Where `lab up` has started one, this says its address; --port opens another.
    """
    mine = listener is None and port is None and target is TargetName.RUNNING
    if mine and (running := console_process.living(lab_directory())):
        out().print(f"[green]✓[/] console  {running.address}", soft_wrap=True)
        out().print(f"  of `lab up` (process {running.pid}), until `lab down`; --port N opens another")
        return
    opened = _listener(port, listener)
    context = console_context(target, env, port=port_of(opened), allow_changes=allow_changes, reports=reports)

    def started() -> None:
        if listener is None:  # otherwise `lab up` says it, and a log is no place for a token
            out().print(f"[green]✓[/] console  {escape(context.access.address)}", soft_wrap=True)

    with opened:
        serve(create_app(context), [opened], started)


def _listener(port: int | None, inherited: int | None) -> socket.socket:
    if inherited is not None:
        return socket.socket(fileno=inherited)
    return bound_socket(port) if port is not None else first_free_socket(given_port())


def console_context(
    target: TargetName, env: str | None, *, port: int, allow_changes: bool, reports: Path
) -> ConsoleContext:
    """The context of a console for the target. The lab need not be up yet; an account must be there."""
    link = TargetLink(lambda: choose(target, env))
    on_aws = target is TargetName.AWS
    access = ConsoleAccess(
        port,
        changes_allowed=not on_aws or may_change(link.target(), allow_changes=allow_changes),
        token=os.environ.pop(console_process.TOKEN_VARIABLE, "") or new_token(),
    )
    where = _whereabouts(link.target()) if on_aws else "the lab on this machine"
    return ConsoleContext(
        link=link,
        poller=Poller(link, AWS_PACE if on_aws else LOCAL_PACE),
        access=access,
        journal=ActionJournal(
            lab_directory().console_journal, (lambda: where) if on_aws else (lambda: _lab_of(link))
        ),
        refuse_beside_others=lambda: refuse_beside_others(target, env),
        drills=drill_control_of(target, env, reports),
        reports=reports,
        where=where,
        incident=_no_incident if on_aws else lambda: IncidentSession.of(lab_directory()),
    )


def _no_incident() -> IncidentSession:
    raise NotUp("incidents are played in the lab on a laptop", hint="lab incident start")


def drill_control_of(target: TargetName, env: str | None, reports: Path) -> DrillControl:
    """Drills run on the console's own target, and leave their reports where it looks for them."""
    directory, on_aws = lab_directory(), target is TargetName.AWS
    return DrillControl(
        lock=lock_of(target, env),
        progress=progress_of(target, env),
        log=directory.console_drill_log,
        options=[
            *("--reports", str(reports.resolve())),
            *("--target", target.value),
            *(("--env", env) if env else ()),
            # The person has confirmed it in the page, which names the account.
            *(("--yes",) if on_aws else ()),
        ],
        environment=(os.environ if on_aws else plain_environment()) | {"LAB_DIR": str(directory.root)},
    )


def _lab_of(link: TargetLink) -> str:
    """The endpoint of the lab that was found last; before one was, where it is looked for."""
    return (link.latest and link.latest.endpoint) or f"http://127.0.0.1:{chosen_port()}"


def _whereabouts(target: Target) -> str:
    return f"AWS account {target.identity()['Account']}, {target.region}, {target.env_name}"
