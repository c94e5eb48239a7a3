"""Traces of drills in a span of time: when each phase began and ended, and what was broken and repaired."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from ops.lab.app.target import Target
from ops.lab.console.changes.drill_control import DrillStage, FollowedDrill
from ops.lab.drills.journal import DrillJournal, Phase, StepRecord
from ops.lab.drills.report.page import kind_of, phase_in_words
from ops.lab.drills.report_folder import KeptRun, ReportFolder

# No drill lasts longer: what began earlier than this before the span is not opened.
_LONGEST_SECONDS = 3_600.0
_STAMP_LENGTH = len("2026-01-01T00-00-00")


@dataclass(frozen=True)
class DrillPhase:
    """`kind` is fault, mend or calm; times are epoch seconds, `ends` None while it lasts."""

    name: str
    kind: str
    begins: float
    ends: float | None


@dataclass(frozen=True)
class DrillTrace:
    """`steps` are those that broke or repaired something: when each began, and its title.

    `outcome` is the verdict, or that it is under way.
    """

    drill: str
    begins: float
    ends: float | None
    outcome: str
    phases: tuple[DrillPhase, ...]
    steps: tuple[tuple[float, str], ...]


def finished_drills(reports: Path, target: Target, begin: float) -> list[DrillTrace]:
    """Of the drills that were carried out on this target and ended after `begin` (epoch seconds)."""
    found = [trace for run in _since(reports, begin) if (trace := _trace(run, target)) is not None]
    return [trace for trace in found if trace.ends is None or trace.ends >= begin]


def _since(reports: Path, begin: float) -> Iterator[KeptRun]:
    """By the names of their folders, which are start times: most journals need not be opened."""
    for run in ReportFolder(reports).runs():
        try:
            started = datetime.strptime(run.folder.name[:_STAMP_LENGTH], "%Y-%m-%dT%H-%M-%S")
        except ValueError:
            continue
        if started.replace(tzinfo=UTC).timestamp() >= begin - _LONGEST_SECONDS:
            yield run


def _trace(run: KeptRun, target: Target) -> DrillTrace | None:
    try:
        journal = _journal(run.journal, run.journal.stat().st_mtime_ns)
    except (OSError, ValueError):  # it is being written, or no journal of this version
        return None
    return trace_of(journal) if _was_on(journal, target) else None


@lru_cache(maxsize=64)
def _journal(path: Path, _written: int) -> DrillJournal:
    return DrillJournal.read(path)


def _was_on(journal: DrillJournal, target: Target) -> bool:
    """Whether the journal names what the target has: a lab started anew has another API and bucket."""
    told = journal.environment
    where = target.endpoint or "AWS account"
    return (
        told.get("target", "").startswith(where)
        and told.get("environment") == target.env_name
        and told.get("API") in (None, target.outputs.get("ApiUrl"))
        and told.get("bucket") in (None, target.outputs.get("CsvBucketName"))
    )


def trace_of(journal: DrillJournal) -> DrillTrace:
    """What the timeline shows of a journal."""
    start = journal.started_at
    return DrillTrace(
        journal.drill,
        start,
        start + journal.seconds,
        journal.verdict.value,
        tuple(
            DrillPhase(
                phase_in_words(phase.name),
                kind_of(phase.name, repair_left_out=journal.repair_left_out),
                start + phase.begins,
                start + (journal.seconds if phase.ends is None else phase.ends),
            )
            for phase in journal.phases
        ),
        _steps(journal.steps, start),
    )


def running_drill(followed: FollowedDrill) -> list[DrillTrace]:
    """The drill that is under way, if one is, as far as its progress file goes."""
    if followed.stage is not DrillStage.UNDER_WAY or followed.progress is None:
        return []
    progress, start = followed.progress, followed.progress.started_at
    phases = tuple(
        DrillPhase(
            phase_in_words(phase.name),
            kind_of(phase.name),
            start + phase.begins,
            None if phase.ends is None else start + phase.ends,
        )
        for phase in progress.phases
    )
    records = [each for phase in progress.phases for each in phase.records if isinstance(each, StepRecord)]
    return [DrillTrace(progress.drill, start, None, "under way", phases, _steps(records, start))]


def _steps(records: Iterable[StepRecord], start: float) -> tuple[tuple[float, str], ...]:
    return tuple(
        (start + step.begins, step.title)
        for step in records
        if step.phase in (Phase.METHOD, Phase.REPAIR) and step.outcome == "done"
    )
