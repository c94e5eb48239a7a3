"""`lab console`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.lab.app.target import Target
from ops.lab.commands.drill_history import ReportsOption
from ops.lab.console.access import ConsoleAccess, may_change
from ops.lab.console.action_journal import ActionJournal
from ops.lab.console.context import ConsoleContext
from ops.lab.console.poller import AWS_PACE, LOCAL_PACE, Poller
from ops.lab.console.server import DEFAULT_PORT, bound_socket, listening_address, serve
from ops.lab.console.target_link import TargetLink
from ops.lab.local.directory import lab_directory
from ops.lab.options import EnvOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import out

PortOption = Annotated[
    int, typer.Option("--port", min=0, max=65535, envvar="LAB_CONSOLE_PORT", help="0 takes a free one.")
]
AllowChangesOption = Annotated[
    bool, typer.Option("--allow-changes", help="On AWS: let the page change the account, not only read it.")
]


def console(
    port: PortOption = DEFAULT_PORT,
    allow_changes: AllowChangesOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
    reports: ReportsOption = WORKPLACE / "reports",
) -> None:
    """Serve the console: a page that shows the pipeline live, and breaks, feeds and repairs it.
    Ctrl-C ends it.

    On AWS it only reads, unless --allow-changes is given. It listens on this machine's loopback alone.
    """
    listener = bound_socket(listening_address(), port)
    context = console_context(
        target, env, port=listener.getsockname()[1], allow_changes=allow_changes, reports=reports
    )

    def started() -> None:
        out().print(f"[green]✓[/] console  {context.access.address}", soft_wrap=True)

    with listener:
        serve(context, listener, started)


def console_context(
    target: TargetName, env: str | None, *, port: int, allow_changes: bool, reports: Path
) -> ConsoleContext:
    """The context of a console for the target. The lab need not be up yet; an account must be there."""
    link = TargetLink(lambda: choose(target, env))
    on_aws = target is TargetName.AWS
    access = ConsoleAccess(
        port, changes_allowed=not on_aws or may_change(link.target(), allow_changes=allow_changes)
    )
    return ConsoleContext(
        link=link,
        poller=Poller(link, AWS_PACE if on_aws else LOCAL_PACE),
        access=access,
        journal=ActionJournal(lab_directory().console_journal),
        refuse_beside_others=lambda: refuse_beside_others(target, env),
        reports=reports,
        where=_whereabouts(link.target()) if on_aws else "the lab on this machine",
    )


def _whereabouts(target: Target) -> str:
    return f"AWS account {target.identity()['Account']}, {target.region}, {target.env_name}"
