"""`lab incident start`, `list`, and what runs in the background; the rest is in `incident_play`."""

import getpass
import json
import secrets
import signal
import time
from collections import Counter
from types import FrameType
from typing import Annotated

import typer

from ops.lab.app.permission_mode import PermissionMode, mode_of
from ops.lab.app.target import Target
from ops.lab.commands import incident_play as play
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.errors import CommandError, Refused
from ops.lab.incidents import catalog, incident_process
from ops.lab.incidents.card import IncidentOutcome
from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.folder import AttendeeRecord, SealedIncident, WatchRecord
from ops.lab.incidents.service import service_of
from ops.lab.incidents.session import AFTER_A_KILL, KILLED, IncidentSession
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.options import JsonOption, TargetName, choose, refuse_beside_others
from ops.lab.terminal import escape, out
from ops.lab.waiting import eventually
from ops.lab.whole_table import WholeTable

_RANDOM = "random"
_SEEDS = 1_000_000
_LONGEST_NAME = 60
# A mapping, or a permission, takes its time to change.
_BREAKS_SECONDS = 300.0

app = typer.Typer(
    no_args_is_help=True,
    help="Something is wrong, nobody says what: find it, repair it, prove that it is over.",
)

app.command("status")(play.status)
app.command("ack")(play.acknowledge)
app.command("hint")(play.hint)
app.command("check")(play.check)
app.command("solve")(play.solve)
app.command("abandon")(play.abandon)
app.command("call-for-help")(play.call_for_help)
app.command("export")(play.export)


@app.command("list")
def list_incidents(
    spoil: Annotated[bool, typer.Option("--spoil", help="Tell their names and titles, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show how many incidents there are of each level, and no more: a name says too much."""
    found = catalog.load_all()
    counts = Counter(each.level for each in found)
    if as_json:
        told = [{"name": each.name, "title": each.title, "level": each.level} for each in found]
        known = {str(level): counts[level] for level in sorted(counts)}
        print(json.dumps({"levels": known} | ({"incidents": told} if spoil else {}), indent=2))
        return
    if spoil:
        table = WholeTable("name", "title", "level", prose=frozenset({"title"}))
        for each in found:
            table.add_row(escape(each.name), escape(each.title), str(each.level))
    else:
        table = WholeTable("level", "incidents")
        for level in sorted(counts):
            table.add_row(str(level), str(counts[level]))
    table.show(out())


@app.command()
def start(
    name: Annotated[str, typer.Argument(help="An incident's name, or random.")] = _RANDOM,
    level: Annotated[
        int | None, typer.Option("--level", min=1, max=3, help="1 is loud, 3 quiet or more than one cause.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="The same seed and level give the same incident.")
    ] = None,
    attendee: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Your name on the card; your login's by default."),
    ] = None,
) -> None:
    """Break something in the lab that is up, send traffic, and show the ticket. It says not what it broke.

    A process in the background holds it until it is over. It is refused beside another one, and a drill.
    """
    directory = lab_directory()
    target = choose(TargetName.RUNNING)
    refuse_beside_others(TargetName.RUNNING)
    _refuse_beside_another(directory)
    drawn = secrets.randbelow(_SEEDS) if seed is None else seed
    incident = _incident(target, name, level, drawn, seeded=seed is not None)
    folder = incident_process.folder_of(directory)
    folder.renew(
        SealedIncident(incident.name, drawn if name == _RANDOM else None, _permissions(target)),
        AttendeeRecord(_checked_name(attendee), round(time.time(), 1)),
    )
    incident_process.start(directory)
    watch = _await_begun(directory)
    if watch.error:
        folder.forget()
        raise CommandError(f"the incident could not begin: {watch.error}", hint="lab status; lab reset")
    play.show_ticket(out(), IncidentSession.of(directory))
    if name == _RANDOM:
        out().print(f"  [dim]drawn by seed {drawn}[/]")


@app.command("hold", hidden=True)
def hold() -> None:
    """Hold the incident that is sealed: what `lab incident start` runs in the background."""
    directory = lab_directory()
    folder = incident_process.folder_of(directory)
    sealed = folder.sealed()
    if sealed is None:
        raise Refused("nothing is sealed here", hint="lab incident start")
    signal.signal(signal.SIGTERM, _as_one_interrupt)
    incident, target = catalog.load(sealed.name), choose(TargetName.RUNNING)
    service_of(incident, target, folder, before_end=_ignore_sigterm).run()


def _as_one_interrupt(_number: int, _frame: FrameType | None) -> None:
    _ignore_sigterm()
    raise KeyboardInterrupt


def _ignore_sigterm() -> None:
    """What comes once things are being put back does not end that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _refuse_beside_another(directory: LabDirectory) -> None:
    incident_process.refuse_beside_incident(directory)
    if incident_process.folder_of(directory).sealed() is None:
        return
    last = IncidentSession.of(directory)
    if last.was_killed and last.outcome is IncidentOutcome.RUNNING:
        raise Refused(KILLED, hint=AFTER_A_KILL)


def _incident(target: Target, name: str, level: int | None, seed: int, *, seeded: bool) -> Incident:
    absent = [each for each in (INGESTION, FILES) if not target.has_output(each.queue)]
    if name == _RANDOM:
        return catalog.choose(seed, level, without=absent)
    if level is not None or seeded:
        raise Refused(
            "--level and --seed choose by chance, and a name does not", hint="leave out one of both"
        )
    incident = catalog.load(name)
    if incident.pipeline in absent:
        raise Refused(
            f"{name} needs the files pipeline, which is not deployed", hint="lab up -c csvPipeline=true"
        )
    return incident


def _permissions(target: Target) -> PermissionMode | None:
    return None if target.endpoint is None else mode_of(target.endpoint)


def _checked_name(given: str | None) -> str:
    name = " ".join((given if given is not None else getpass.getuser()).split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise Refused(f"--as takes 1 to {_LONGEST_NAME} characters that can be shown")
    return name


def _await_begun(directory: LabDirectory) -> WatchRecord:
    folder = incident_process.folder_of(directory)

    def looked() -> tuple[WatchRecord, bool]:
        running = incident_process.living(directory) is not None
        return folder.watch(), running

    watch, running = eventually(
        looked,
        within=_BREAKS_SECONDS,
        until=lambda seen: seen[0].begun or not seen[1],
        what="the beginning of the incident",
        hint="lab incident abandon",
    )
    if not running and not watch.error:
        raise CommandError("the incident's process has ended", hint=f"see what it said: {folder.log}")
    return watch
