"""Page of a drill's report: its journal as one document, with what happened when on a common time axis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.lab.drills.declaration import DrilledPipeline
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, shown
from ops.lab.report.chart import plots
from ops.lab.report.document import write_document

# Phases whose checks are what the drill is about; those of the steady state are shown apart.
_EXPECTED = (Phase.OBSERVATIONS, Phase.RECOVERY)
_STEADY = (Phase.STEADY_BEFORE, Phase.STEADY_AFTER)
_SHORT = {Phase.STEADY_BEFORE: "before", Phase.STEADY_AFTER: "after"}
_QUIET_STATES = {"OK", "INSUFFICIENT_DATA"}


def write_page(journal: DrillJournal, pipeline: DrilledPipeline, path: Path) -> None:
    """Write the report of the journal. Raises CommandError where the charts' library is not installed."""
    filters: dict[str, Callable[..., str]] = {"shown": shown}
    write_document(path, __package__, _content(journal, pipeline), filters=filters)


def _content(journal: DrillJournal, pipeline: DrilledPipeline) -> Mapping[str, Any]:
    bands, marks = phase_bands(journal), step_marks(journal)
    return {
        "journal": journal,
        "headline": pipeline.headline(journal.proof, len(journal.ledger)),
        "charts": pipeline.charts,
        "proof_source": pipeline.proof_source,
        "started": datetime.fromtimestamp(journal.started_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "expected": _checks(journal, _EXPECTED),
        "steady": _checks(journal, _STEADY),
        "proof": _checks(journal, (Phase.PROOF,)),
        "bands": bands,
        "marks": marks,
        "lanes": alarm_lanes(journal),
        "quiet": quiet_alarms(journal),
        "plots": plots(
            pipeline.charts,
            journal.series,
            journal.seconds,
            bands=[(band.kind, band.begins, band.ends) for band in bands],
            marks=[(each.at, each.title) for each in marks],
        ),
    }


def _checks(journal: DrillJournal, phases: Sequence[Phase]) -> list[CheckRecord]:
    return [record for record in journal.checks if record.phase in phases]


@dataclass(frozen=True)
class Band:
    """A stretch of time. `kind` chooses its colour; positions are in percent of the axis."""

    name: str
    kind: str
    begins: float
    ends: float
    left: float
    width: float


@dataclass(frozen=True)
class Mark:
    """A moment at which something was done."""

    title: str
    kind: str
    at: float
    left: float


@dataclass(frozen=True)
class Lane:
    """One alarm over the time of the drill."""

    alarm: str
    bands: tuple[Band, ...]


def phase_bands(journal: DrillJournal) -> list[Band]:
    """The drill's phases, in order, but for those that took no time."""
    bands = []
    for phase in journal.phases:
        ends = journal.seconds if phase.ends is None else phase.ends
        if ends > phase.begins:
            name = _SHORT.get(phase.name, phase.name.value)
            bands.append(_band(journal, name, _kind(journal, phase.name), phase.begins, ends))
    return bands


def step_marks(journal: DrillJournal) -> list[Mark]:
    """The steps that broke or repaired something: when each was done."""
    return [
        Mark(step.title, step.phase.name.lower(), step.ends, _percent(journal, step.ends))
        for step in journal.steps
        if step.phase in (Phase.METHOD, Phase.REPAIR) and step.outcome == "done"
    ]


def alarm_lanes(journal: DrillJournal) -> list[Lane]:
    """Those alarms that rose during the drill."""
    series = journal.series
    return [
        Lane(alarm, tuple(_stretches(journal, states)))
        for alarm, states in sorted(series.alarms.items())
        if not _QUIET_STATES.issuperset(states)
    ]


def quiet_alarms(journal: DrillJournal) -> list[str]:
    """Those that did not."""
    return sorted(a for a, states in journal.series.alarms.items() if _QUIET_STATES.issuperset(states))


def _kind(journal: DrillJournal, phase: Phase) -> str:
    """Whether the fault is in force, or repaired; without its repair it stays in force."""
    if phase in (Phase.REPAIR, Phase.RECOVERY):
        return "fault" if journal.repair_left_out else "mend"
    return "fault" if phase in (Phase.METHOD, Phase.OBSERVATIONS) else "calm"


def _stretches(journal: DrillJournal, states: Sequence[str]) -> list[Band]:
    """One band for each run of samples with the same state, up to the first sample with the next one."""
    times = [*journal.series.seconds, journal.seconds]
    starts = [at for at in range(len(states)) if at == 0 or states[at] != states[at - 1]]
    ends = [*starts[1:], len(states)]
    return [
        _band(journal, states[start], states[start].lower(), 0.0 if start == 0 else times[start], times[end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _band(journal: DrillJournal, name: str, kind: str, begins: float, ends: float) -> Band:
    left = _percent(journal, begins)
    return Band(name, kind, begins, ends, left, round(_percent(journal, ends) - left, 3))


def _percent(journal: DrillJournal, at: float) -> float:
    return round(100 * at / journal.seconds, 3) if journal.seconds else 0.0
