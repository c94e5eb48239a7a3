"""`lab bench console`: how fast the console's pages are, and what open pages cost."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from statistics import median
from typing import Annotated
from urllib.parse import urlsplit

import typer
import urllib3

from ops.lab.bench.console_bench import (
    AT_REST,
    AddressTimes,
    BenchedConsole,
    ConsoleBench,
    ConsoleLoad,
    measure_console,
)
from ops.lab.bench.console_use import ConsoleUse, of_stretch
from ops.lab.bench.contest import contest
from ops.lab.commands.bench_pipeline import CONTEXT, end_on_sigterm, warn_beside_lab
from ops.lab.commands.drill_history import ReportsOption
from ops.lab.console.pages import PAGES
from ops.lab.console.serving import console_process
from ops.lab.console.serving.listener import bound_socket
from ops.lab.drills import catalog
from ops.lab.lifecycle.plan import FIRST_CONTEXT
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.options import JsonOption
from ops.lab.progress import steps_on
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import errors_out, escape, out
from ops.lab.waiting import eventually
from ops.lab.whole_table import WholeTable


def console(
    events: Annotated[
        int, typer.Option("--events", min=1, max=100_000, help="Events that are there before.")
    ] = 10_000,
    letters: Annotated[
        int, typer.Option("--letters", min=0, max=100_000, help="Dead letters that are there before.")
    ] = 1_000,
    requests: Annotated[
        int, typer.Option("--requests", min=1, max=10_000, help="How often each page is asked for.")
    ] = 50,
    run_events: Annotated[
        int, typer.Option("--run-events", min=1, max=100_000, help="Events of each run by turns.")
    ] = 600,
    clients: Annotated[
        int, typer.Option("--clients", min=1, max=256, help="Connections that post at once.")
    ] = 8,
    turns: Annotated[int, typer.Option("--turns", min=1, max=50, help="Runs without, and with pages.")] = 5,
    rest_seconds: Annotated[
        float,
        typer.Option("--rest-seconds", min=1, max=3600, help="How long use at rest is measured."),
    ] = 20,
    drill: Annotated[
        str | None,
        typer.Option("--drill", metavar="NAME", help="Instead of runs: this drill, with the pages open."),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser", help="Open the pages in Chromium, by Playwright.")
    ] = False,
    reports: ReportsOption = WORKPLACE / "reports",
    as_json: JsonOption = False,
) -> None:
    """Measure the console on an emulator of its own: each page's time, and what three open pages cost.

    Without --browser the pages are open as far as the server can tell: they listen to the feed, and ask for
    their parts with each look. Leaves reports/bench-console.json.
    """
    load = ConsoleLoad(events, letters, requests, run_events, clients, turns, rest_seconds, browser)
    watched = catalog.load(drill) if drill else None
    end_on_sigterm()
    directory = lab_directory()
    warn_beside_lab(directory)
    with (
        steps_on(errors_out(quiet=as_json)) as steps,
        # A drill wants short clocks, as `lab up` has.
        contest(directory, FIRST_CONTEXT if watched else CONTEXT, None, steps) as [contender],
        _served(LabDirectory(directory.bench / "console"), contender.target.endpoint or "") as served,
    ):
        with_report = (watched, directory.bench / "drill") if watched else None
        bench = measure_console(contender, served, load, steps, with_report)
    document = json.dumps(bench.as_document(), indent=2)
    written = reports / "bench-console.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(document, encoding="utf-8")
    if as_json:
        print(document)
    else:
        _show(bench)
        out().print(f"[bold]written[/] {escape(str(written))}", soft_wrap=True)


@contextmanager
def _served(directory: LabDirectory, endpoint: str) -> Iterator[BenchedConsole]:
    """A console of the emulator on a free port, until the block ends."""
    with bound_socket(0) as listener:
        running = console_process.start(directory, listener, lab_port=urlsplit(endpoint).port)
    root = f"http://127.0.0.1:{running.port}"
    try:
        eventually(lambda: _answers(root), within=60, what="the console's first answer")
        yield BenchedConsole(root, running.pid, [page.path for page in PAGES])
    finally:
        console_process.stop(directory, running)


def _answers(root: str) -> bool:
    try:
        return urllib3.request("GET", f"{root}/health", retries=False).status == HTTPStatus.OK
    except urllib3.exceptions.HTTPError:
        return False


def _show(bench: ConsoleBench) -> None:
    _times("page, with three open", bench.pages)
    _times(f"asked for by open pages in {bench.drill.name if bench.drill else 'the runs'}", bench.asked)
    _uses(bench.uses)
    if bench.runs:
        _runs(bench)
    _pages(bench)


def _runs(bench: ConsoleBench) -> None:
    table = WholeTable("run", "events/s", "POST p50", "p95 ms", "CPU ms: emulator", "machine")
    for run in bench.runs:
        values = (run.events_per_second, run.post.p50, run.post.p95, run.cpu.emulator, run.cpu.machine)
        table.add_row(run.contender, *(f"{value:.1f}" for value in values))
    table.show(out())
    table = WholeTable("ratio to no page open", "median", "pair by pair")
    for each in bench.ratios:
        table.add_row(each.measure, f"{each.median:.2f}", " ".join(f"{ratio:.2f}" for ratio in each.ratios))
    table.show(out())


def _uses(uses: Sequence[ConsoleUse]) -> None:
    """The median of each kind of stretch; calls are compared at rest alone, where events make none."""
    table = WholeTable("CPU ms a second", "emulator", "functions", "console", "together an event")
    for stretch in dict.fromkeys(use.stretch for use in uses):
        own = of_stretch(uses, stretch)
        spent = ([use.emulator for use in own], [use.functions for use in own], [use.console for use in own])
        event = median(use.ms_per_event for use in own)
        table.add_row(stretch, *(f"{median(each):.1f}" for each in spent), f"{event:.1f}" if event else "")
    table.show(out())
    at_rest = [use for use in uses if not use.events and use.stretch.startswith(AT_REST)]
    table = WholeTable("calls a second", *(use.stretch for use in at_rest))
    for name in sorted({name for use in at_rest for name in use.calls}):
        table.add_row(name, *(f"{use.calls.get(name, 0.0):.2f}" for use in at_rest))
    table.show(out())


def _pages(bench: ConsoleBench) -> None:
    if bench.drill:
        drill = bench.drill
        told = f"{drill.verdict} after {drill.seconds:.0f} s {escape(drill.reason)}"
        out().print(f"[bold]drill {drill.name}[/] {told}", soft_wrap=True)
    if bench.first_pictures:
        told = ", ".join(f"{path} {ms:g} ms" for path, ms in bench.first_pictures.items())
        out().print(f"[bold]first picture, the slowest[/] {told}", soft_wrap=True)
    if bench.gaps.count:
        out().print(f"[bold]between two looks[/] {bench.gaps}", soft_wrap=True)
    for address, age in bench.ages.items():
        out().print(f"[bold]age of what {address} showed, at its end[/] {age}", soft_wrap=True)


def _times(title: str, times: list[AddressTimes]) -> None:
    table = WholeTable(title, "requests", "p50 ms", "p95", "p99")
    for each in times:
        ms = each.milliseconds
        table.add_row(
            each.address, str(each.requests), *(f"{value:.1f}" for value in (ms.p50, ms.p95, ms.p99))
        )
    table.show(out())
