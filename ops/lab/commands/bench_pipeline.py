"""`lab bench pipeline`: how fast the ingestion pipeline is, and what an event costs."""

import json
import signal
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ops.lab.bench.contest import Rival, contest
from ops.lab.bench.pipeline_bench import BUSY_PERCENT, PipelineBench, PipelineLoad, measure_pipeline
from ops.lab.bench.profiler import find_profiler, profiling
from ops.lab.bench.report.page import write_page
from ops.lab.bench.request_log import by_service
from ops.lab.commands.drill_history import ReportsOption
from ops.lab.deployment.app_settings import check_settings
from ops.lab.errors import Interrupted, Refused
from ops.lab.local import running_lab
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.options import ContextOption, JsonOption, parse_context
from ops.lab.progress import steps_on
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import errors_out, escape, out
from ops.lab.whole_table import WholeTable

# The clocks and alarms of `cdk deploy`, so that those of a drill do not count.
CONTEXT = {"envName": "dev"}
_MOST_CLIENTS = 256
_PAIRS = 3
AgainstOption = Annotated[
    str | None,
    typer.Option("--against", metavar="RIVAL", help="`ministack`, or the folder of another checkout."),
]


def pipeline(
    events: Annotated[
        int, typer.Option("--events", min=1, max=100_000, help="Events for each number of clients.")
    ] = 300,
    clients: Annotated[
        str, typer.Option("--clients", metavar="N,N,…", help="Connections that post at once.")
    ] = "1,4,16",
    against: AgainstOption = None,
    turns: Annotated[
        int | None,
        typer.Option("--turns", min=1, max=50, help="Runs of each; 1 alone, 3 beside a rival."),
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help="Write where the emulator's time goes: .svg or .json.",
        ),
    ] = None,
    context: ContextOption = None,
    reports: ReportsOption = WORKPLACE / "reports",
    as_json: JsonOption = False,
) -> None:
    """Measure the ingestion pipeline on an emulator of its own: speed, and what an event costs.

    Leaves reports/bench-pipeline.html and bench-pipeline.json. With --against it takes turns with a rival,
    and tells the ratios pair by pair. --profile needs py-spy, which slows the emulator down a little.
    """
    load = PipelineLoad(events, parse_clients(clients), turns or (_PAIRS if against else 1))
    rival = None if against is None else Rival.named(against)
    if profile and rival:
        raise Refused("--profile slows this lab's emulator alone: --against would compare nothing")
    profiler = find_profiler(profile) if profile else None
    settings = CONTEXT | parse_context(context)
    check_settings(settings)
    end_on_sigterm()
    warn_beside_lab(lab_directory())
    with (
        steps_on(errors_out(quiet=as_json)) as steps,
        contest(lab_directory(), settings, rival, steps) as contenders,
    ):
        profiled = profiling(profiler, contenders[0].pid, profile) if profile and profiler else nullcontext()
        bench = measure_pipeline(contenders, load, settings, steps, profiling=profiled)
    page = reports / "bench-pipeline.html"
    write_page(bench, page)
    document = json.dumps(bench.as_document(), indent=2)
    page.with_suffix(".json").write_text(document, encoding="utf-8")
    if as_json:
        print(document)
    else:
        _show(bench)
        for written in filter(None, (page, profile)):
            out().print(f"[bold]written[/] {escape(str(written))}", soft_wrap=True)


def warn_beside_lab(directory: LabDirectory) -> None:
    """Say on stderr that the lab is up: it shares the processors, and the numbers are not the benchmark's."""
    if lab := running_lab.living(directory.state_file):
        errors_out().print(
            f"[yellow]![/] the lab is up (process {lab.pid}) and shares the processors: lab down",
            soft_wrap=True,
        )


def end_on_sigterm() -> None:
    """From now on a terminated benchmark ends as an interrupted one does: with all that it started."""
    signal.signal(signal.SIGTERM, _as_interrupt)


def parse_clients(text: str) -> tuple[int, ...]:
    """The numbers of clients, each once, in the order given. Raises Refused for what is none."""
    numbers = text.split(",")
    if not all(number.strip().isdecimal() and 1 <= int(number) <= _MOST_CLIENTS for number in numbers):
        raise Refused(
            f"--clients {text} is no list of numbers from 1 to {_MOST_CLIENTS}", hint="for example: 1,4,16"
        )
    return tuple(dict.fromkeys(int(number) for number in numbers))


def _show(bench: PipelineBench) -> None:
    _coming_up(bench)
    _runs(bench)
    _calls(bench)
    _ratios(bench)
    _growth(bench)
    if bench.others_percent > BUSY_PERCENT:
        out().print(
            f"[yellow]other programs used {bench.others_percent} % of the processors meanwhile:"
            " measure again when the machine is calm[/]",
            soft_wrap=True,
        )


def _coming_up(bench: PipelineBench) -> None:
    table = WholeTable("seconds of", "start", "synth", "bootstrap", "deploy", "cold start ms", "next ms")
    for each in bench.contenders:
        cold = bench.cold_starts[each.name]
        steps = [_number(each.steps.seconds.get(name)) for name in ("start", "synth", "bootstrap", "deploy")]
        table.add_row(each.name, *steps, f"{cold.first_ms:.0f}", f"{cold.next_ms:.0f}")
    table.show(out())


def _runs(bench: PipelineBench) -> None:
    table = WholeTable(
        "run",
        "clients",
        "events/s",
        "POST p50",
        "p95",
        "p99 ms",
        "CPU ms: emulator",
        "functions",
        "machine",
        "generator",
        "MB: emulator",
        "functions",
    )
    for title, runs in (("cold", bench.cold), ("warm", bench.runs)):
        for run in runs:
            table.add_row(
                f"{run.contender}, {title}",
                str(run.clients),
                f"{run.events_per_second:.1f}",
                *(f"{value:.1f}" for value in (run.post.p50, run.post.p95, run.post.p99)),
                *(f"{value:.1f}" for value in (run.cpu.emulator, run.cpu.functions, run.cpu.machine)),
                f"{run.cpu.generator:.1f}",
                *(f"{value:.0f}" for value in (run.memory.emulator, run.memory.functions)),
            )
    table.show(out())


def _calls(bench: PipelineBench) -> None:
    for run in bench.called:
        told = ", ".join(f"{name} {count:g}" for name, count in by_service(run.calls).items())
        each = ", ".join(f"{name.partition('.')[2]} {count:g}" for name, count in run.calls.items())
        out().print(
            f"[bold]calls an event[/] ({run.contender}, clients: {run.clients})  {told}", soft_wrap=True
        )
        out().print(f"  {each}", soft_wrap=True)


def _ratios(bench: PipelineBench) -> None:
    if not bench.ratios:
        return
    table = WholeTable("ratio to " + bench.names[1], "clients", "median", "pair by pair")
    for each in bench.ratios:
        table.add_row(
            each.measure, str(each.clients), f"{each.median:.2f}", " ".join(f"{r:.2f}" for r in each.ratios)
        )
    table.show(out())


def _growth(bench: PipelineBench) -> None:
    if not bench.growth:
        return
    table = WholeTable(
        "growth of",
        "clients",
        "events",
        "seconds of the last 1,000",
        "POSTs",
        "CPU ms: emulator",
        "functions",
        "MB",
    )
    for step in bench.growth:
        table.add_row(
            step.contender,
            str(step.clients),
            f"{step.events:,}",
            f"{step.seconds:.1f}",
            f"{step.posts:,}",
            *map(_number, (step.emulator_cpu_ms, step.functions_cpu_ms, step.memory_mb)),
        )
    table.show(out())


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise Interrupted("terminated")
