"""Report folder of drills: every run keeps its journal and report, and the latest of a drill has its name.

    <folder>/<drill>/<start time>/journal.json, report.html    each run
    <folder>/<drill>.journal.json, <drill>.html                copies of the latest one

A run is called `<drill>/<start time>`, in UTC. Nothing is deleted: that is the owner's to do.
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from ops.lab.errors import Refused

_JOURNAL, _PAGE = "journal.json", "report.html"
# No colons: some file systems refuse them.
_START_TIME = "%Y-%m-%dT%H-%M-%SZ"


@dataclass(frozen=True)
class KeptRun:
    """One run's folder."""

    folder: Path

    @property
    def name(self) -> str:
        """How `lab drill` calls it."""
        return f"{self.drill}/{self.folder.name}"

    @property
    def drill(self) -> str:
        return self.folder.parent.name

    @property
    def journal(self) -> Path:
        return self.folder / _JOURNAL

    @property
    def page(self) -> Path:
        return self.folder / _PAGE


@dataclass(frozen=True)
class ReportFolder:
    """Where drills leave their journals and reports."""

    folder: Path

    def journal(self, drill: str) -> Path:
        """Of the latest run."""
        return self.folder / f"{drill}.journal.json"

    def page(self, drill: str) -> Path:
        """Of the latest run."""
        return self.folder / f"{drill}.html"

    def keep(self, drill: str, started_at: float) -> KeptRun:
        """Make the folder of a run that began then (epoch seconds). Runs of one second are numbered."""
        name = datetime.fromtimestamp(started_at, UTC).strftime(_START_TIME)
        for number in count(1):
            folder = self.folder / drill / (name if number == 1 else f"{name}-{number}")
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            return KeptRun(folder)
        raise AssertionError("there are more numbers than runs")

    def renew_latest(self, run: KeptRun) -> None:
        """Copy what the run has so far to where the latest run of its drill is looked for."""
        for kept, latest in ((run.journal, self.journal(run.drill)), (run.page, self.page(run.drill))):
            if kept.exists():
                shutil.copyfile(kept, latest)

    def runs(self, drill: str | None = None) -> list[KeptRun]:
        """Every run that has a journal, of this drill or of all, the oldest first."""
        found = self.folder.glob(f"*/*/{_JOURNAL}")
        runs = [KeptRun(path.parent) for path in found if drill in (None, path.parent.parent.name)]
        return sorted(runs, key=lambda run: _order(run.folder.name))

    def find(self, name: str) -> KeptRun:
        """The run of this name, start time or folder; of a drill's name, its latest. Raises Refused else."""
        found = [run for run in self.runs() if name in (run.name, run.folder.name)] or self.runs(name)[-1:]
        if not found and (Path(name) / _JOURNAL).is_file():
            return KeptRun(Path(name).resolve())
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                f"several runs began at {name}",
                hint=f"name one of them: {', '.join(run.name for run in found)}",
            )
        raise Refused(f"there is no run {name} in {self.folder}", hint="those that are: lab drill history")


def _order(name: str) -> tuple[str, int]:
    """By time, and then by number."""
    began, _, number = name.partition("Z-")
    return began.removesuffix("Z"), int(number) if number.isdecimal() else 1
