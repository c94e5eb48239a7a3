"""`lab bench calls`: what one call of each kind costs the emulator."""

import json
from typing import Annotated

import typer

from ops.lab.bench.call_costs import CallCost, as_document, measure_calls
from ops.lab.bench.contest import Rival, contest
from ops.lab.commands.bench_pipeline import CONTEXT, AgainstOption, end_on_sigterm, warn_beside_lab
from ops.lab.local.directory import lab_directory
from ops.lab.options import JsonOption
from ops.lab.progress import steps_on
from ops.lab.terminal import errors_out, out
from ops.lab.whole_table import WholeTable


def calls(
    count: Annotated[
        int, typer.Option("--count", min=10, max=100_000, help="Calls of each kind; ten more go before.")
    ] = 300,
    against: AgainstOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure one call of each kind on an emulator of its own: processor time, and how long it takes.

    They are made one after another over one connection, by the SDK where it is an AWS API. The worker is
    paused meanwhile.
    """
    rival = None if against is None else Rival.named(against)
    end_on_sigterm()
    warn_beside_lab(lab_directory())
    with (
        steps_on(errors_out(quiet=as_json)) as steps,
        contest(lab_directory(), CONTEXT, rival, steps) as contenders,
    ):
        costs = measure_calls(contenders, count, steps)
    if as_json:
        print(json.dumps(as_document(costs), indent=2))
    else:
        _show(costs)


def _show(costs: list[CallCost]) -> None:
    table = WholeTable("call", "of", "CPU ms: emulator", "functions", "takes ms: p50", "p95", "p99")
    for cost in costs:
        wall = cost.wall_ms
        table.add_row(
            cost.kind,
            cost.contender,
            *(f"{value:.2f}" for value in (cost.emulator_cpu_ms, cost.functions_cpu_ms)),
            *(f"{value:.1f}" for value in (wall.p50, wall.p95, wall.p99)),
        )
    table.show(out())
