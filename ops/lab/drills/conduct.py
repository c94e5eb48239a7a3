"""Conduct of one drill from its declaration to its report: what `lab drill` and the scenarios both call."""

import time
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.target import Target
from ops.lab.drills.declaration import Drill
from ops.lab.drills.journal import CircuitChange, DrillJournal, Watcher
from ops.lab.drills.patience import in_words, patience_for
from ops.lab.drills.report.page import write_page
from ops.lab.drills.run import DrillRun
from ops.lab.drills.sampler import Sampler
from ops.lab.drills.scene import Scene
from ops.lab.report.surroundings import surroundings


@dataclass(frozen=True)
class ReportFolder:
    """Where a drill leaves its journal and its report: `<folder>/<drill>.journal.json` and `….html`."""

    folder: Path

    def journal(self, name: str) -> Path:
        return self.folder / f"{name}.journal.json"

    def page(self, name: str) -> Path:
        return self.folder / f"{name}.html"


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
        journal.write(reports.journal(drill.name))
        write_page(journal, drill.pipeline, reports.page(drill.name))
    return journal


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
