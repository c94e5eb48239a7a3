"""`lab files perf`: a measured simulation, with curves and a page."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ops.lab.commands.drill_history import ReportsOption
from ops.lab.commands.files.file_options import (
    BadRowsOption,
    FilesOption,
    RowsOption,
    TimeoutOption,
    WorkersOption,
    choose_files_target,
    file_batch,
    patience,
)
from ops.lab.commands.files.simulate import check, show_outcome, simulation_bars
from ops.lab.files.performance import Performance, measure
from ops.lab.files.report.page import write_page
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, refuse_beside_others
from ops.lab.report.chart import sparkline
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import escape, out
from ops.lab.whole_table import WholeTable

_SPARKS = 40
SettleOption = Annotated[
    float,
    typer.Option("--settle", min=0, help="Sample on until the scaler is back at its minimum, so many s."),
]


@dataclass(frozen=True)
class _Files:
    folder: Path

    @property
    def page(self) -> Path:
        return self.folder / "csv-perf.html"

    @property
    def document(self) -> Path:
        return self.folder / "csv-perf.json"


def perf(
    files: FilesOption = 100,
    rows: RowsOption = 50,
    workers: WorkersOption = 10,
    bad_rows: BadRowsOption = 0,
    settle: SettleOption = 30,
    timeout: TimeoutOption = None,
    reports: ReportsOption = WORKPLACE / "reports",
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Measure the files pipeline under load: throughput, latencies, depths and concurrency over time.

    Leaves reports/csv-perf.html and csv-perf.json. Ends with 0 only if each row was delivered once. Beside a
    drill it is refused: each would measure the other.
    """
    refuse_beside_others(target, env)
    batch = file_batch(files, rows, bad_rows=bad_rows)
    chosen = choose_files_target(target, env)
    with simulation_bars(batch, quiet=as_json) as bars:
        test = measure(
            chosen,
            batch,
            workers=workers,
            within=patience(batch, timeout),
            settle=settle,
            onlooker=bars,
        )
    written = _Files(reports)
    write_page(test, written.page)
    written.document.write_text(json.dumps(test.as_document(), indent=1), encoding="utf-8")
    if as_json:
        print(json.dumps({k: v for k, v in test.as_document().items() if k != "series"}, indent=2))
    else:
        _show(test, written)
    if test.simulation.late is not None:
        raise test.simulation.late
    check(test.simulation.outcome)


def _show(test: Performance, written: _Files) -> None:
    show_outcome(out(), test.simulation.outcome, test.max_concurrency)
    table = WholeTable("over time", "from begin to end", "most")
    for name, title in (
        ("queue_waiting", "messages waiting"),
        ("running", "files at once"),
        ("concurrency", "allowed by the scaler"),
        ("rows_per_second", "rows/s"),
    ):
        values = [value or 0 for value in test.series.values.get(name, [])]
        table.add_row(title, f"[magenta]{sparkline(_thinned(values))}[/]", f"{test.most(name):,.0f}")
    table.show(out())
    words = {100: "longest"}
    latencies = ", ".join(f"{words.get(p, f'p{p}')} {value:.1f} s" for p, value in test.latencies.items())
    out().print(f"[bold]a file takes[/] {latencies}")
    out().print(f"[bold]report[/]       {escape(str(written.page))}", soft_wrap=True)


def _thinned(values: list[float]) -> list[float]:
    """The greatest value of each of so many stretches: a line of a terminal."""
    width = max(1, -(-len(values) // _SPARKS))
    return [max(values[at : at + width]) for at in range(0, len(values), width)] or [0.0]
