"""`lab bench console`: how fast the console's pages are, and what open pages cost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

import typer
import urllib3
from rich.console import Console

from ops.lab.bench.console_bench import AddressTimes, ConsoleBench, ConsoleLoad, measure_console
from ops.lab.bench.contest import contest
from ops.lab.commands.bench_pipeline import CONTEXT, end_on_sigterm
from ops.lab.commands.drill_history import ReportsOption
from ops.lab.console.pages import PAGES
from ops.lab.console.serving import process as console_process
from ops.lab.console.serving.listener import bound_socket
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.options import JsonOption
from ops.lab.progress import steps_on
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import out
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
    browser: Annotated[
        bool, typer.Option("--browser", help="Open the pages in Chromium, by Playwright.")
    ] = False,
    reports: ReportsOption = WORKPLACE / "reports",
    as_json: JsonOption = False,
) -> None:
    """Measure the console on an emulator of its own: each page's time, and events/s with three open pages.

    Without --browser the pages are open as far as the server can tell: they listen to the feed, and ask for
    their parts with each look. Leaves reports/bench-console.json.
    """
    load = ConsoleLoad(events, letters, requests, run_events, clients, turns, browser)
    end_on_sigterm()
    directory = lab_directory()
    with (
        steps_on(Console(stderr=True, quiet=as_json, highlight=False)) as steps,
        contest(directory, CONTEXT, None, steps) as [contender],
        _served(LabDirectory(directory.bench / "console"), contender.target.endpoint or "") as root,
    ):
        bench = measure_console(contender, root, [page.path for page in PAGES], load, steps)
    document = json.dumps(bench.as_document(), indent=2)
    written = reports / "bench-console.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(document, encoding="utf-8")
    if as_json:
        print(document)
    else:
        _show(bench)
        out().print(f"[bold]written[/] {written}", soft_wrap=True)


@contextmanager
def _served(directory: LabDirectory, endpoint: str) -> Iterator[str]:
    """A console of the emulator on a free port, until the block ends; its address without a token."""
    with bound_socket(0) as listener:
        running = console_process.start(directory, listener, lab_port=urlsplit(endpoint).port)
    root = f"http://127.0.0.1:{running.port}"
    try:
        eventually(lambda: _answers(root), within=60, what="the console's first answer")
        yield root
    finally:
        console_process.stop(directory, running)


def _answers(root: str) -> bool:
    try:
        return urllib3.request("GET", f"{root}/health", retries=False).status == HTTPStatus.OK
    except urllib3.exceptions.HTTPError:
        return False


def _show(bench: ConsoleBench) -> None:
    _times("page, with three open", bench.pages)
    _times("asked for by open pages while events came", bench.asked)
    table = WholeTable("run", "events/s", "POST p50", "p95 ms", "CPU ms: emulator", "machine")
    for run in bench.runs:
        values = (run.events_per_second, run.post.p50, run.post.p95, run.cpu.emulator, run.cpu.machine)
        table.add_row(run.contender, *(f"{value:.1f}" for value in values))
    table.show(out())
    table = WholeTable("ratio to no page open", "median", "pair by pair")
    for each in bench.ratios:
        table.add_row(each.measure, f"{each.median:.2f}", " ".join(f"{ratio:.2f}" for ratio in each.ratios))
    table.show(out())
    if bench.first_pictures:
        told = ", ".join(f"{path} {ms:g} ms" for path, ms in bench.first_pictures.items())
        out().print(f"[bold]first picture[/] {told}", soft_wrap=True)
    if bench.looks:
        out().print(
            f"[bold]looks[/] {bench.looks} heard of, {bench.longest_gap:.1f} s apart at most", soft_wrap=True
        )


def _times(title: str, times: list[AddressTimes]) -> None:
    table = WholeTable(title, "requests", "p50 ms", "p95", "p99")
    for each in times:
        ms = each.milliseconds
        table.add_row(
            each.address, str(each.requests), *(f"{value:.1f}" for value in (ms.p50, ms.p95, ms.p99))
        )
    table.show(out())
