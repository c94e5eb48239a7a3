"""`lab drill history` and `lab drill compare`: the runs whose journals were kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ops.lab.drills import catalog
from ops.lab.drills.comparison import Comparison
from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.journal import CheckRecord, DrillJournal
from ops.lab.drills.report_folder import KeptRun, ReportFolder
from ops.lab.errors import Refused
from ops.lab.options import JsonOption
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import errors_out, escape, out

VERDICT_COLOURS = {
    DrillVerdict.HELD: "green",
    DrillVerdict.VIOLATED: "red",
    DrillVerdict.INCONCLUSIVE: "yellow",
}
_NOTHING = "-"

ReportsOption = Annotated[
    Path, typer.Option("--reports", metavar="FOLDER", help="Where journals and reports are kept.")
]
RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="As `lab drill history` calls it, or a drill: its latest run.")
]


def history(
    name: Annotated[str | None, typer.Argument(help="Only this drill's runs.")] = None,
    reports: ReportsOption = WORKPLACE / "reports",
    as_json: JsonOption = False,
) -> None:
    """List the runs that were kept, the newest first: what each is called, and how it ended."""
    found = [(run, journal) for run in reversed(ReportFolder(reports).runs(name)) if (journal := _read(run))]
    if not found and name is not None and name not in catalog.names():
        raise Refused(f"there is no drill {name}", hint="those that there are: lab drill list")
    if as_json:
        print(json.dumps([_entry(run, journal) for run, journal in found], indent=2))
    elif found:
        for line in _history_lines(found):
            out().print(line, soft_wrap=True)
    else:
        out().print(f"no run is kept in {escape(str(reports))}: lab drill run NAME", soft_wrap=True)


def compare(
    one: RunArgument,
    other: RunArgument,
    reports: ReportsOption = WORKPLACE / "reports",
    as_json: JsonOption = False,
) -> None:
    """Show two runs side by side: verdict, counts, and when each check was met."""
    runs = [ReportFolder(reports).find(name) for name in (one, other)]
    comparison = Comparison(*map(_must_read, runs))
    if as_json:
        print(json.dumps({"runs": [run.name for run in runs]} | comparison.as_dict(), indent=2))
    else:
        out().print(_comparison_table(runs, comparison))


def _read(run: KeptRun) -> DrillJournal | None:
    """None, and a line to stderr, where the journal cannot be read: that is no reason to hide the others."""
    try:
        return _must_read(run)
    except Refused as refused:
        errors_out().print(f"[yellow]{escape(str(refused))}[/]", soft_wrap=True)
        return None


def _must_read(run: KeptRun) -> DrillJournal:
    try:
        return DrillJournal.read(run.journal)
    except (OSError, ValueError) as error:
        raise Refused(
            f"{run.journal} cannot be read: {error}", hint="delete its folder, or name another run"
        ) from error


def _entry(run: KeptRun, journal: DrillJournal) -> dict[str, Any]:
    return {
        "run": run.name,
        "drill": journal.drill,
        "verdict": journal.verdict.value,
        "reason": journal.reason,
        "seconds": journal.seconds,
        "repair_left_out": journal.repair_left_out,
        "accepted": journal.proof.get("accepted", journal.proof.get("uploaded", len(journal.ledger))),
        "succeeded": journal.proof.get("succeeded"),
        "journal": str(run.journal),
        "report": str(run.page),
    }


def _history_lines(found: list[tuple[KeptRun, DrillJournal]]) -> Iterator[str]:
    """Columns whose last one wraps or runs on: a name is never cut, in whatever a pipe leads to."""
    wide = max(len(run.name) for run, _ in found)
    yield f"[bold]{'run':<{wide}}  {'verdict':<12}  {'took':>6}  {'succeeded':>11}  why[/]"
    for run, journal in found:
        entry, verdict = _entry(run, journal), journal.verdict
        counted = _NOTHING if entry["succeeded"] is None else f"{entry['succeeded']} of {entry['accepted']}"
        why = ("repair left out. " if journal.repair_left_out else "") + journal.reason
        yield (
            f"{run.name:<{wide}}  [{VERDICT_COLOURS[verdict]}]{verdict.value:<12}[/]"
            f"  {journal.seconds:>4.0f} s  {counted:>11}  {escape(why)}".rstrip()
        )


def _coloured(journal: DrillJournal) -> str:
    return f"[{VERDICT_COLOURS[journal.verdict]}]{journal.verdict.value}[/]"


def _comparison_table(runs: list[KeptRun], compared: Comparison) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", *(run.name for run in runs)):
        table.add_column(escape(title), overflow="fold")
    table.add_row("verdict", _coloured(compared.one), _coloured(compared.other))
    if any(compared.reason):
        table.add_row("reason", *(escape(text) or _NOTHING for text in compared.reason))
    table.add_row("seconds in all", *(f"{seconds:.1f}" for seconds in compared.seconds))
    for name, pair in (compared.counts | compared.environment).items():
        table.add_row(escape(name.replace("_", " ")), *map(_value, pair))
    phase = None
    for check in compared.checks:
        if check.phase is not phase:
            phase = check.phase
            table.add_row()
            table.add_row(f"[bold]{phase.value}[/]", "[dim]met after[/]", "[dim]met after[/]")
        table.add_row(escape(check.title), *map(_met, check.seen))
    return table


def _value(value: object) -> str:
    return _NOTHING if value is None else escape(str(value))


def _met(record: CheckRecord | None) -> str:
    if record is None:
        return _NOTHING
    if record.met is None:
        return f"{record.mark} not visible there"
    colour = "green" if record.met else "red"
    return f"[{colour}]{record.mark}[/] {record.seconds:.1f} s"
