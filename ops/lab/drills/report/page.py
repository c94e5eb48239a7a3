"""Page of a drill's report: its journal as one document, with what happened when on a common time axis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.lab.drills.declaration import DrilledPipeline
from ops.lab.drills.journal import CheckRecord, CircuitChange, DrillJournal, Phase, shown
from ops.lab.report.chart import figures, plots
from ops.lab.report.document import write_document

# Phases whose checks are what the drill is about; those of the steady state are shown apart.
_EXPECTED = (Phase.OBSERVATIONS, Phase.RECOVERY)
_STEADY = (Phase.STEADY_BEFORE, Phase.STEADY_AFTER)
# The phases for a reader who knows nothing of drills; the journal keeps their names.
_WORDS = {
    Phase.STEADY_BEFORE: "healthy before?",
    Phase.METHOD: "break it",
    Phase.OBSERVATIONS: "watch it fail",
    Phase.REPAIR: "repair it",
    Phase.RECOVERY: "watch it recover",
    Phase.PROOF: "count everything",
    Phase.STEADY_AFTER: "healthy again?",
    Phase.ROLLBACK: "put everything back",
}
_QUIET_STATES = {"OK", "INSUFFICIENT_DATA"}
# Of an alarm or a circuit, in words for a lane; any other state is called by its name.
_STATES = {"INSUFFICIENT_DATA": "unknown"}
# A state is drawn at least so wide, in percent of the axis: the last one may have been seen only once.
_LEAST_WIDTH = 0.8
_CIRCUIT_STATES = ("closed", "half-open", "open")  # from well to unwell


def write_page(journal: DrillJournal, pipeline: DrilledPipeline, path: Path) -> None:
    """Write the report of the journal. Raises CommandError where the charts' library is not installed."""
    filters: dict[str, Callable[..., str]] = {"shown": shown, "in_words": phase_in_words}
    write_document(path, __package__, _content(journal, pipeline), filters=filters)


def phase_in_words(phase: Phase) -> str:
    """What happens in the phase, for a reader who knows nothing of drills."""
    return _WORDS[phase]


def _content(journal: DrillJournal, pipeline: DrilledPipeline) -> Mapping[str, Any]:
    bands, marks = phase_bands(journal), step_marks(journal)
    drawn = figures(pipeline.charts, journal.series)
    return {
        "journal": journal,
        "headline": pipeline.headline(journal.proof, len(journal.ledger)),
        "figures": drawn,
        "proof_source": pipeline.proof_source,
        "started": datetime.fromtimestamp(journal.started_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "expected": _checks(journal, _EXPECTED),
        "steady": _checks(journal, _STEADY),
        "proof": _checks(journal, (Phase.PROOF,)),
        "bands": bands,
        "marks": marks,
        "circuits": circuit_lanes(journal),
        "lanes": alarm_lanes(journal),
        "quiet": quiet_alarms(journal),
        "plots": plots(
            drawn,
            journal.series,
            axis_end(journal),
            bands=[(band.kind, band.begins, band.ends) for band in bands],
            marks=[(each.at, each.title) for each in marks],
        ),
    }


def axis_end(journal: DrillJournal) -> float:
    """Where the time axis ends, in seconds: the sampler's last look comes after the end of the drill."""
    return max([journal.seconds, *journal.series.seconds[-1:]])


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
    """When something was begun, and until when it was being done."""

    title: str
    kind: str
    at: float
    ends: float
    left: float
    width: float


@dataclass(frozen=True)
class Lane:
    """States of an alarm, or of a circuit, over the time of the drill."""

    name: str
    bands: tuple[Band, ...]

    @property
    def words(self) -> str:
        """Every state and its seconds, for a reader who does not see the lane."""
        return ", ".join(f"{band.name} {band.begins:.0f} s to {band.ends:.0f} s" for band in self.bands)


def phase_bands(journal: DrillJournal) -> list[Band]:
    """The drill's phases, in order, but for those that took no time."""
    bands = []
    for phase in journal.phases:
        ends = journal.seconds if phase.ends is None else phase.ends
        if ends > phase.begins:
            kind = kind_of(phase.name, repair_left_out=journal.repair_left_out)
            bands.append(_band(journal, phase_in_words(phase.name), kind, phase.begins, ends))
    return bands


def step_marks(journal: DrillJournal) -> list[Mark]:
    """The steps that broke or repaired something, from their beginning: so long are their effects seen."""
    return [
        Mark(
            step.title,
            step.phase.name.lower(),
            step.begins,
            step.ends,
            _percent(journal, step.begins),
            round(_percent(journal, step.ends) - _percent(journal, step.begins), 3),
        )
        for step in journal.steps
        if step.phase in (Phase.METHOD, Phase.REPAIR) and step.outcome == "done"
    ]


def alarm_lanes(journal: DrillJournal) -> list[Lane]:
    """Those alarms that rose during the drill."""
    series = journal.series
    return [
        Lane(alarm, tuple(_stretches(journal, list(zip(series.seconds, states, strict=True)))))
        for alarm, states in sorted(series.alarms.items())
        if not _QUIET_STATES.issuperset(states)
    ]


def quiet_alarms(journal: DrillJournal) -> list[str]:
    """Those that did not."""
    return sorted(a for a, states in journal.series.alarms.items() if _QUIET_STATES.issuperset(states))


def circuit_lanes(journal: DrillJournal) -> list[Lane]:
    """Each circuit that changed its state, by what its execution environments logged."""
    names = dict.fromkeys(change.circuit for change in journal.circuits)
    return [Lane(name, tuple(_stretches(journal, _circuit_states(journal.circuits, name)))) for name in names]


def _circuit_states(changes: Sequence[CircuitChange], name: str) -> list[tuple[float, str]]:
    """When the circuit changed, and to what. Each environment has its own, closed at first: the one that is
    the most unwell counts."""
    states: dict[str, str] = {}
    seen = [(0.0, "closed")]
    for change in sorted(changes, key=lambda each: each.at):
        if change.circuit == name:
            states[change.environment] = change.state
            seen.append((max(0.0, change.at), max(states.values(), key=_CIRCUIT_STATES.index)))
    return seen


def kind_of(phase: Phase, *, repair_left_out: bool = False) -> str:
    """Whether the fault is in force, or repaired; without its repair it stays in force."""
    if phase in (Phase.REPAIR, Phase.RECOVERY):
        return "fault" if repair_left_out else "mend"
    return "fault" if phase in (Phase.METHOD, Phase.OBSERVATIONS) else "calm"


def _stretches(journal: DrillJournal, seen: Sequence[tuple[float, str]]) -> list[Band]:
    """One band for each run of the same state, up to when the next one was seen first."""
    starts = [at for at in range(len(seen)) if at == 0 or seen[at][1] != seen[at - 1][1]]
    begins = [0.0 if at == 0 else seen[at][0] for at in starts]
    ends = [*begins[1:], axis_end(journal)]
    return [
        _state_band(journal, seen[at][1], begin, end)
        for at, begin, end in zip(starts, begins, ends, strict=True)
    ]


def _state_band(journal: DrillJournal, state: str, begins: float, ends: float) -> Band:
    band = _band(journal, _STATES.get(state, state), state.lower(), begins, ends)
    if band.width >= _LEAST_WIDTH:
        return band
    return replace(band, left=min(band.left, 100 - _LEAST_WIDTH), width=_LEAST_WIDTH)


def _band(journal: DrillJournal, name: str, kind: str, begins: float, ends: float) -> Band:
    left = _percent(journal, begins)
    return Band(name, kind, begins, ends, left, round(_percent(journal, ends) - left, 3))


def _percent(journal: DrillJournal, at: float) -> float:
    end = axis_end(journal)
    return round(100 * at / end, 3) if end else 0.0
