"""Watch on the terminal, which follows `lab up --watch`: a line for each save, until Ctrl-C."""

import time

import typer
from rich.console import Console

from ops.lab.app.target import Target
from ops.lab.code_watch.lab_watch import LabWatch
from ops.lab.code_watch.source_watch import SourceWatch
from ops.lab.code_watch.watched_code import WatchedCode
from ops.lab.errors import Interrupted, NotUp
from ops.lab.lifecycle.bring_up import BringUp
from ops.lab.lifecycle.plan import plan_for
from ops.lab.local import running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import given_port
from ops.lab.progress import steps_on
from ops.lab.repository import REPOSITORY
from ops.lab.terminal import escape


def watch_lab(console: Console, directory: LabDirectory, source: SourceWatch, target: Target) -> None:
    """Watch the lab that is up until Ctrl-C. Raises NotUp once it no longer is."""
    begun = running_lab.answering(directory.state_file)

    def tell(line: str) -> None:
        console.print(f"[dim]{time.strftime('%H:%M:%S')}[/] {escape(line)}", soft_wrap=True)

    def is_up() -> bool:
        lab = running_lab.living(directory.state_file)
        return lab is not None and lab.pid == begun.pid

    code = WatchedCode(directory, target, REPOSITORY)
    watch = LabWatch(
        REPOSITORY,
        directory.lock_file,
        source,
        code,
        deploy=lambda: _deploy(console, directory),
        is_up=is_up,
        tell=tell,
    )
    console.print("[bold]Watching[/] functions/ and infra/ until Ctrl-C")
    try:
        watch.run()
    except KeyboardInterrupt:
        console.print("the watching has ended; the lab is still up, and `lab down` stops it")
        raise typer.Exit(0) from None
    finally:
        code.close()
    raise NotUp("the lab that was watched is no longer up", hint="start it again: lab up --watch")


def _deploy(console: Console, directory: LabDirectory) -> None:
    plan = plan_for(running_lab.living(directory.state_file), {}, port=given_port())
    with steps_on(console) as steps:
        bringing_up = BringUp(directory, plan, steps)
        try:
            bringing_up.bring_up()
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted: {bringing_up.undo()}") from None
