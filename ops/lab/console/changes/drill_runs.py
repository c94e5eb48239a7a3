"""Runs of drills that were kept, as the console lists them. A journal is read once."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.journal import DrillJournal
from ops.lab.drills.report_folder import KeptRun, ReportFolder

# The list shows so many; `lab drill history` has all.
MOST_LISTED = 50
# A journal keeps milliseconds of when its drill began.
_PRECISION_SECONDS = 0.01


@dataclass(frozen=True)
class RunSummary:
    """`name` is what `lab drill` calls the run. `counted` says how many succeeded; empty where none ended.

    `verdict` is None, and `reason` says why, where its journal cannot be read.
    """

    name: str
    drill: str
    started_at: float = 0.0
    verdict: DrillVerdict | None = None
    reason: str = ""
    seconds: float = 0.0
    counted: str = ""
    has_report: bool = False


@dataclass(frozen=True)
class RunList:
    """The newest runs first; `older` is how many more there are."""

    runs: list[RunSummary]
    older: int

    def latest_of(self, drill: str) -> RunSummary | None:
        return next((run for run in self.runs if run.drill == drill), None)


def newest_runs(reports: Path) -> RunList:
    """Those in the folder. A journal is read once: it is never changed after its drill."""
    kept = ReportFolder(reports).runs()
    newest = kept[-MOST_LISTED:][::-1]
    summaries = [_summary(run, run.journal.stat().st_mtime_ns, run.page.is_file()) for run in newest]
    return RunList(summaries, len(kept) - len(newest))


def find_run(reports: Path, drill: str, started: str) -> KeptRun | None:
    """A run by the names of its folders, out of those that there are: no other path can be asked for."""
    runs = ReportFolder(reports).runs()
    return next((run for run in runs if (run.drill, run.folder.name) == (drill, started)), None)


def run_begun_at(reports: Path, drill: str, started_at: float) -> RunSummary | None:
    """The kept run of a drill that began then (epoch seconds); None before its journal is written."""
    runs = [run for run in newest_runs(reports).runs if run.drill == drill]
    return next((run for run in runs if abs(run.started_at - started_at) < _PRECISION_SECONDS), None)


@lru_cache(maxsize=4 * MOST_LISTED)
def _summary(run: KeptRun, _changed_at: int, has_report: bool) -> RunSummary:
    try:
        journal = DrillJournal.read(run.journal)
    except (OSError, ValueError) as error:
        return RunSummary(run.name, run.drill, reason=f"its journal cannot be read: {error}")
    left_out = "repair left out. " if journal.repair_left_out else ""
    return RunSummary(
        name=run.name,
        drill=journal.drill,
        started_at=journal.started_at,
        verdict=journal.verdict,
        reason=left_out + journal.reason,
        seconds=journal.seconds,
        counted=_counted(journal),
        has_report=has_report,
    )


def _counted(journal: DrillJournal) -> str:
    succeeded = journal.proof.get("succeeded")
    accepted = journal.proof.get("accepted", journal.proof.get("uploaded", len(journal.ledger)))
    return "" if succeeded is None else f"{succeeded} of {accepted}"
