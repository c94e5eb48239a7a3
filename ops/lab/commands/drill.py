"""`lab drill list` and `lab drill run`; `history` and `compare` are in `drill_history`."""

import json
import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.lab.app.target import Target
from ops.lab.commands.deploy import confirm
from ops.lab.commands.drill_history import VERDICT_COLOURS, ReportsOption, compare, history
from ops.lab.drills import catalog
from ops.lab.drills.conduct import conduct
from ops.lab.drills.journal import DrillJournal
from ops.lab.drills.progress_file import ProgressWriter
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.drills.watcher import watching
from ops.lab.drills.watcher_group import WatcherGroup
from ops.lab.errors import Interrupted
from ops.lab.incidents.incident_process import refuse_beside_incident
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import lab_directory
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose, lock_of, progress_of
from ops.lab.repository import WORKPLACE
from ops.lab.terminal import errors_out, escape, out
from ops.lab.whole_table import WholeTable

DrillsOption = Annotated[
    list[Path] | None,
    typer.Option("--drills", metavar="FOLDER", help="Find drills there too; LAB_DRILLS does the same."),
]

app = typer.Typer(
    no_args_is_help=True, help="Break the pipeline on purpose, repair it, prove that nothing was lost."
)

app.command("history")(history)
app.command("compare")(compare)


@app.command("list")
def list_drills(drills: DrillsOption = None, as_json: JsonOption = False) -> None:
    """Show every drill: its name, its title, about how many minutes it takes."""
    found = catalog.load_all(drills or ())
    if as_json:
        known = [{"name": each.name, "title": each.title, "minutes": each.minutes} for each in found]
        print(json.dumps(known, indent=2))
        return
    table = WholeTable("name", "title", "minutes", prose=frozenset({"title"}))
    for drill in found:
        table.add_row(escape(drill.name), escape(drill.title), f"{drill.minutes:g}")
    table.show(out())


@app.command("run")
def run(
    name: Annotated[str, typer.Argument(help="The drill, as `lab drill list` names it.")],
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
    without_repair: Annotated[
        bool, typer.Option("--without-repair", help="Leave the repair out: the drill must then be violated.")
    ] = False,
    reports: ReportsOption = WORKPLACE / "reports",
    drills: DrillsOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="On AWS: do not ask which account.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Carry out one drill. Ends with 0 held, 1 violated, 2 inconclusive, 130 interrupted.

    Beside another drill, `lab up` or `lab deploy` it is refused, or its verdict would blame the pipeline.
    """
    drill = catalog.load(name, drills or ())
    chosen = _target(target, env, yes)
    if target is TargetName.RUNNING:
        refuse_beside_incident(lab_directory())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = ReportFolder(reports)
    try:
        with (
            exclusively(lock_of(target, env), f"lab drill run {name}"),
            watching(errors_out(quiet=True) if as_json else out()) as shown,
        ):
            watcher = WatcherGroup(shown, ProgressWriter(progress_of(target, env)))
            journal = conduct(drill, chosen, folder, watcher=watcher, without_repair=without_repair)
    except KeyboardInterrupt:
        raise Interrupted(
            "interrupted; the rollback has run, and its lines above say what it restored",
            hint=f"what happened until then: {folder.page(name)}",
        ) from None
    if as_json:
        print(json.dumps(summary(journal, folder), indent=2))
    else:
        _show(journal, folder)
    raise typer.Exit(journal.verdict.exit_code)


def _target(name: TargetName, env: str | None, yes: bool) -> Target:
    chosen = choose(name, env)
    if name is TargetName.AWS:
        confirm(chosen, yes, "break the app there for a while")
    return chosen


def summary(journal: DrillJournal, reports: ReportFolder) -> dict[str, Any]:
    """What a script wants to know of a drill."""
    return {
        "drill": journal.drill,
        "verdict": journal.verdict.value,
        "reason": journal.reason,
        "seconds": journal.seconds,
        "proof": journal.proof,
        "missed": [record.complaint for record in journal.missed],
        "journal": str(reports.journal(journal.drill)),
        "report": str(reports.page(journal.drill)),
    }


def _show(journal: DrillJournal, reports: ReportFolder) -> None:
    console, verdict = out(), journal.verdict
    console.print(f"[bold {VERDICT_COLOURS[verdict]}]{verdict.value}[/] after {journal.seconds:.0f} s")
    if journal.reason:
        console.print(f"  {escape(journal.reason)}", soft_wrap=True)
    console.print(f"  report  {escape(str(reports.page(journal.drill)))}", soft_wrap=True)
    console.print(f"  others  lab drill history {journal.drill}", soft_wrap=True)
