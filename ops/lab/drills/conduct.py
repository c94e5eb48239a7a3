"""Conduct of one drill from its declaration to its report: what `lab drill` and the scenarios both call."""

import time

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.target import Target
from ops.lab.drills.declaration import Drill
from ops.lab.drills.journal import CircuitChange, DrillJournal
from ops.lab.drills.patience import in_words, patience_for
from ops.lab.drills.report.page import write_page
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.drills.run import DrillRun
from ops.lab.drills.sampler import Sampler
from ops.lab.drills.scene import Scene
from ops.lab.drills.watcher import Watcher
from ops.lab.report.surroundings import surroundings


def conduct(
    drill: Drill,
    target: Target,
    reports: ReportFolder,
    *,
    watcher: Watcher | None = None,
    without_repair: bool = False,
    engine: str = "",
    more_patience: float = 1.0,
) -> DrillJournal:
    """Run the drill and write journal and report, also where Ctrl-C ends it. `more_patience` is a factor on
    what the target's settings demand, for a machine that has other work.

    Raises NotUp or botocore's errors where the target cannot even be described: then there is no drill.
    """
    patience = patience_for(target, drill.pipeline) * more_patience
    environment = surroundings(target, engine) | drill.pipeline.whereabouts(target)
    environment |= {"patience": in_words(patience, target)}
    scene = Scene(target, started_at=time.time(), patience=patience)
    journal = DrillJournal(
        drill.name, drill.title, drill.story, environment, without_repair, started_at=scene.started_at
    )
    run = DrillRun(drill, scene, journal, watcher=watcher, without_repair=without_repair)
    try:
        with Sampler(drill.pipeline, scene, journal):
            run.carry_out()
    finally:
        journal.circuits = _circuits(drill, scene)
        _report(journal, drill, reports)
    return journal


def _report(journal: DrillJournal, drill: Drill, reports: ReportFolder) -> None:
    """The journal first: it is there even where the page cannot be made."""
    kept = reports.keep(drill.name, journal.started_at)
    journal.write(kept.journal)
    try:
        write_page(journal, drill.pipeline, kept.page)
    finally:
        reports.renew_latest(kept)


def _circuits(drill: Drill, scene: Scene) -> list[CircuitChange]:
    """Nothing where the target does not answer any more: then the report is of what was seen until then."""
    try:
        found = drill.pipeline.circuit_changes(scene)
    except (BotoCoreError, ClientError):
        return []
    return [
        CircuitChange(round(each.at - scene.started_at, 2), each.circuit, each.environment, each.state)
        for each in found
    ]
