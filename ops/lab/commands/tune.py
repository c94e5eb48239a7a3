"""`lab tune`, `lab pause` and `lab resume`: what an operator sets by hand during an incident."""

import json
from typing import Annotated, Any

import typer

from functions.ingestion.event_schema import SchemaVersion
from ops.lab.actions import event_source, levers
from ops.lab.actions.levers import LEVERS, Lever, Value, text_of_value
from ops.lab.app.deployed_template import Template
from ops.lab.app.queue_depth import main_queue
from ops.lab.app.target import Target
from ops.lab.console.changes.action_journal import note_of_terminal
from ops.lab.drills.declaration import ReversibleChange
from ops.lab.errors import Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.terminal import escape, out
from ops.lab.whole_table import WholeTable


def _option(lever: Lever, meaning: str) -> Any:
    """The option that sets a lever: what it means, and what AWS takes."""
    least, most = lever.bounds or (0, 0)
    unset = ", or none" if lever.may_be_unset else ""
    return typer.Option(
        metavar="NUMBER|none" if lever.may_be_unset else "NUMBER",
        show_default=False,
        help=f"{meaning}: {least:,} to {most:,} {lever.unit}{unset}.",
    )


VisibilityOption = Annotated[
    int | None, _option(levers.VISIBILITY, "How long a received message is hidden from other receives")
]
WorkerTimeoutOption = Annotated[
    int | None, _option(levers.WORKER_TIMEOUT, "How long an invocation of the worker may take")
]
WorkerMemoryOption = Annotated[
    int | None, _option(levers.WORKER_MEMORY, "Memory of a worker, and with it its share of a processor")
]
ReservedConcurrencyOption = Annotated[
    str | None,
    _option(levers.RESERVED_CONCURRENCY, "Workers at once, set aside in the account; 0 stops them"),
]
MaxConcurrencyOption = Annotated[
    str | None, _option(levers.MAX_CONCURRENCY, "Workers at once that the queue starts")
]
BatchSizeOption = Annotated[
    int | None, _option(levers.BATCH_SIZE, "Messages that an invocation gets at most")
]
BatchingWindowOption = Annotated[
    int | None, _option(levers.BATCHING_WINDOW, "How long messages are gathered for one invocation")
]
LeaseOption = Annotated[int | None, _option(levers.LEASE, "How long an attempt holds its key")]
DlqRetentionOption = Annotated[int | None, _option(levers.DLQ_RETENTION, "How long the DLQ keeps a message")]
EventSchemaOption = Annotated[
    SchemaVersion | None, typer.Option(show_default=False, help="Which events the worker takes for valid.")
]


def tune(
    visibility: VisibilityOption = None,
    worker_timeout: WorkerTimeoutOption = None,
    worker_memory: WorkerMemoryOption = None,
    reserved_concurrency: ReservedConcurrencyOption = None,
    max_concurrency: MaxConcurrencyOption = None,
    batch_size: BatchSizeOption = None,
    batching_window: BatchingWindowOption = None,
    lease: LeaseOption = None,
    dlq_retention: DlqRetentionOption = None,
    event_schema: EventSchemaOption = None,
    reset: Annotated[bool, typer.Option("--reset", help="Put everything back to the template's.")] = False,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show the pipeline's levers, beside what the template says, and set those that are given.

    By hand and at once, for an incident: to make a value last, set its context key and deploy.
    """
    wanted = {
        levers.VISIBILITY: visibility,
        levers.WORKER_TIMEOUT: worker_timeout,
        levers.WORKER_MEMORY: worker_memory,
        levers.RESERVED_CONCURRENCY: reserved_concurrency,
        levers.MAX_CONCURRENCY: max_concurrency,
        levers.BATCH_SIZE: batch_size,
        levers.BATCHING_WINDOW: batching_window,
        levers.LEASE: lease,
        levers.DLQ_RETENTION: dlq_retention,
        levers.EVENT_SCHEMA: event_schema,
    }
    given = {lever: lever.parse(str(value)) for lever, value in wanted.items() if value is not None}
    if given and reset:
        raise Refused("--reset goes with no other lever")
    if given or reset:
        refuse_beside_others(target, env)
    chosen = choose(target, env)
    template = Template(chosen)
    changes = levers.drift(chosen, template) if reset else given
    done = [lever.put(chosen, value) for lever, value in changes.items()]
    if done:
        note_of_terminal(chosen, "Set levers", "lab tune", ", ".join(map(str, done)))
    if as_json:
        _print_json(chosen, template)
    elif given or reset:
        _tell(chosen, done)
    else:
        _show(chosen, template)


def _tell(target: Target, done: list[ReversibleChange]) -> None:
    for change in done:
        out().print(f"[green]✓[/] {escape(str(change))}", soft_wrap=True)
    if not done:
        out().print("[green]✓[/] every lever is where the template has it")
    if warning := levers.visibility_warning(target):
        out().print(f"[yellow]![/] {escape(warning)}", soft_wrap=True)


def _values(target: Target, template: Template) -> dict[Lever, tuple[Value, Value]]:
    """What is in force, and what the template says."""
    return {lever: (lever.now(target), lever.deployed(target, template)) for lever in LEVERS}


def _print_json(target: Target, template: Template) -> None:
    values = _values(target, template)
    found = {lever.name: {"now": now, "template": declared} for lever, (now, declared) in values.items()}
    print(json.dumps(found, indent=2))


def _show(target: Target, template: Template) -> None:
    table = WholeTable("lever", "now", "template", "unit", "to make it last")
    for lever, (now, declared) in _values(target, template).items():
        colour = "" if now == declared else "[yellow]"
        table.add_row(
            lever.name,
            f"{colour}{text_of_value(now)}[/]" if colour else text_of_value(now),
            text_of_value(declared),
            lever.unit,
            f"-c {lever.setting}",
        )
    table.show(out())


def pause(target: TargetOption = TargetName.RUNNING, env: EnvOption = None) -> None:
    """Stop the delivery to the worker: messages wait in the queue, and none of them is used up by retries."""
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    event_source.pause(chosen)
    note_of_terminal(chosen, "Pause delivery", "lab pause")
    out().print("[yellow]●[/] delivery to the worker is paused; the API still accepts", soft_wrap=True)
    out().print(f"  the queue holds {main_queue(chosen).total} messages; go on: lab resume")


def resume(target: TargetOption = TargetName.RUNNING, env: EnvOption = None) -> None:
    """Deliver to the worker again."""
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    event_source.resume(chosen)
    note_of_terminal(chosen, "Resume delivery", "lab resume")
    out().print("[green]✓[/] delivery to the worker is on")
    out().print(f"  the queue holds {main_queue(chosen).total} messages")
