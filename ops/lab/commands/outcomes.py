"""`lab outcomes`: outcome events that did not reach those who listen."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from ops.lab.app import queue_depth, undelivered_outcomes
from ops.lab.errors import CommandError
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.terminal import out
from ops.lab.whole_table import WholeTable

app = typer.Typer(no_args_is_help=True, help="Outcome events: which a target of the bus did not take.")


@app.command()
def undelivered(
    most: Annotated[int, typer.Option("--max", "-n", min=1, help="How many to show at most.")] = 20,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show outcome events that a target did not take, and why. All of them stay in their queue."""
    chosen = choose(target, env)
    there = queue_depth.depth(chosen, chosen.output("UndeliveredUrl")).total
    found = undelivered_outcomes.look(chosen, most) if there else []
    if as_json:
        shown = [asdict(each) | {"key": each.key} for each in found]
        print(json.dumps({"waiting": there, "events": shown}, indent=2))
        return
    out().print(f"{there} outcome events wait")
    if found:
        table = WholeTable("key", "rule", "error", "message")
        for each in found:
            table.add_message(each.key, each.rule, each.error, each.message)
        table.show(out())


@app.command("send-again")
def send_again(
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Put those events on the bus once more; each leaves its queue once the bus has taken it.

    A listener that had one gets it twice, under the same eventId.
    """
    refuse_beside_others(target, env)
    done = undelivered_outcomes.send_again(choose(target, env))
    if as_json:
        print(json.dumps(asdict(done), indent=2))
    else:
        out().print(f"[green]✓[/] {done.sent} sent again")
    if done.left:
        raise CommandError(
            f"{done.left} messages stay: the bus did not take them, or they are no events",
            hint="look at them: lab outcomes undelivered",
        )
