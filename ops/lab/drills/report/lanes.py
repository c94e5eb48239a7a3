"""What happened when, as pieces of the report's common time axis. Positions are in percent of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.lab.drills.journal import Journal, Phase

_SHORT = {Phase.STEADY_BEFORE: "before", Phase.STEADY_AFTER: "after"}
_QUIET_STATES = {"OK", "INSUFFICIENT_DATA"}


@dataclass(frozen=True)
class Band:
    """A stretch of time. `kind` chooses its colour."""

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


def phase_bands(journal: Journal) -> list[Band]:
    """The drill's phases, in order, but for those that took no time."""
    bands = []
    for phase in journal.phases:
        ends = journal.seconds if phase.ends is None else phase.ends
        if ends > phase.begins:
            name = _SHORT.get(phase.name, phase.name.value)
            bands.append(_band(journal, name, _kind(journal, phase.name), phase.begins, ends))
    return bands


def step_marks(journal: Journal) -> list[Mark]:
    """The steps that broke or repaired something: when each was done."""
    return [
        Mark(step.title, step.phase.name.lower(), step.ends, _percent(journal, step.ends))
        for step in journal.steps
        if step.phase in (Phase.METHOD, Phase.REPAIR) and step.outcome == "done"
    ]


def alarm_lanes(journal: Journal) -> list[Lane]:
    """Those alarms that rose during the drill."""
    series = journal.series
    return [
        Lane(alarm, tuple(_stretches(journal, states)))
        for alarm, states in sorted(series.alarms.items())
        if not _QUIET_STATES.issuperset(states)
    ]


def quiet_alarms(journal: Journal) -> list[str]:
    """Those that did not."""
    return sorted(a for a, states in journal.series.alarms.items() if _QUIET_STATES.issuperset(states))


def _kind(journal: Journal, phase: Phase) -> str:
    """Whether the fault is in force, or mended; without its repair it stays in force."""
    if phase in (Phase.REPAIR, Phase.RECOVERY):
        return "fault" if journal.repair_left_out else "mend"
    return "fault" if phase in (Phase.METHOD, Phase.OBSERVATIONS) else "calm"


def _stretches(journal: Journal, states: Sequence[str]) -> list[Band]:
    """One band for each run of samples with the same state, up to the first sample with the next one."""
    times = [*journal.series.seconds, journal.seconds]
    starts = [at for at in range(len(states)) if at == 0 or states[at] != states[at - 1]]
    ends = [*starts[1:], len(states)]
    return [
        _band(journal, states[start], states[start].lower(), 0.0 if start == 0 else times[start], times[end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _band(journal: Journal, name: str, kind: str, begins: float, ends: float) -> Band:
    left = _percent(journal, begins)
    return Band(name, kind, begins, ends, left, round(_percent(journal, ends) - left, 3))


def _percent(journal: Journal, at: float) -> float:
    return round(100 * at / journal.seconds, 3) if journal.seconds else 0.0
