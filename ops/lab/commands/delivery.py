"""`lab pause` and `lab resume`."""

from ops.lab.actions import event_source
from ops.lab.app.queues import main_queue
from ops.lab.console import out
from ops.lab.options import EnvOption, TargetName, TargetOption, choose


def pause(target: TargetOption = TargetName.RUNNING, env: EnvOption = None) -> None:
    """Stop the delivery to the worker: messages wait in the queue, and none of them is used up by retries."""
    chosen = choose(target, env)
    event_source.pause(chosen)
    out().print("[yellow]●[/] delivery to the worker is paused; the API still accepts", soft_wrap=True)
    out().print(f"  the queue holds {main_queue(chosen).total} messages; go on: lab resume")


def resume(target: TargetOption = TargetName.RUNNING, env: EnvOption = None) -> None:
    """Deliver to the worker again."""
    chosen = choose(target, env)
    event_source.resume(chosen)
    out().print("[green]✓[/] delivery to the worker is on")
    out().print(f"  the queue holds {main_queue(chosen).total} messages")
