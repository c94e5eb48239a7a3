"""`lab deploy`."""

from typing import Annotated

import typer
from rich.markup import escape

from ops.lab import deployment
from ops.lab.child_process import ChildProcesses
from ops.lab.console import out
from ops.lab.directory import lab_directory
from ops.lab.errors import Refused
from ops.lab.lock import exclusively
from ops.lab.options import ContextOption, TargetName, TargetOption, parse_context
from ops.lab.progress import steps_on
from ops.lab.target import Target


def deploy(
    target: TargetOption = TargetName.RUNNING,
    context: ContextOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask: deploy to the account that is signed in.")
    ] = False,
) -> None:
    """Deploy the app to your AWS account, after you have confirmed which one. `lab up` does so locally."""
    if target is TargetName.RUNNING:
        raise Refused("`lab deploy` is for a real account", hint="lab deploy --target aws; locally: lab up")
    settings = parse_context(context)
    account = Target.aws(settings["envName"])
    confirm(account, yes)
    directory = lab_directory()
    children = ChildProcesses(directory.cdk_log)
    with exclusively(directory.lock_file), steps_on(out()) as steps:
        assembly = directory.root / "cdk.aws.out"
        with steps.step("Synthesize the app"):
            deployment.synthesize(assembly, settings, children.run)
        with steps.step(f"Deploy the app to {account.region}") as step:
            deployment.deploy_to_account(assembly, account, children.run, on_progress=step.now)
    out().print("[bold green]deployed[/]; look at it: lab status --target aws --env " + settings["envName"])


def confirm(account: Target, yes: bool) -> None:
    """Show who is signed in and have the account's number typed. Raises Refused for anything else."""
    identity = account.identity()
    number = identity["Account"]
    out().print(f"account [bold]{number}[/], region [bold]{account.region}[/]")
    out().print(f"as {escape(identity['Arn'])}", soft_wrap=True)
    if not yes and typer.prompt("Type the account's number to deploy there") != number:
        raise Refused("that is not the account's number; nothing was deployed")
