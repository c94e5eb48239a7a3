"""Score of an incident: the card of one attendee, from what commands noted and what the process saw.

docs/incidents.md has the formula in words. Of 100 points are taken

    time      up to 10 for saying late what it is, 20 for mitigating and 20 for recovering late
    hints     5 each, 15 at most
    wrong     10 for each wrong action, 20 at most
    events    1 for each that was lost or repeated, 15 at most

What was given up keeps half of it where it was mitigated, and somebody had said what it is; what was solved
by showing the way a quarter, and everything else nothing.
"""

from ops.lab.incidents.card import CardMark, IncidentOutcome, ScoreCard
from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.folder import AttendeeRecord, WatchRecord

# Until then nothing is taken: seconds for an incident of level 1, and as often as much as its level.
ACKNOWLEDGE_SECONDS = 180.0
MITIGATE_SECONDS = 420.0
RECOVER_SECONDS = 720.0
_TIMES = {"acknowledged": (ACKNOWLEDGE_SECONDS, 10), "mitigated": (MITIGATE_SECONDS, 20)}
_RECOVERED = (RECOVER_SECONDS, 20)
_HINT, _HINTS_AT_MOST = 5, 15
_WRONG_ACTION, _WRONG_ACTIONS_AT_MOST = 10, 20
_EVENTS_AT_MOST = 15
_FEWER = {IncidentOutcome.RECOVERED: 1.0, IncidentOutcome.SOLVED: 0.25, IncidentOutcome.ABANDONED: 0.5}
_MOST_MARKS = 400
_LONGEST_TEXT = 300


def score_card(incident: Incident, attendee: AttendeeRecord, watch: WatchRecord) -> ScoreCard:
    """The card as it is now. It tells which incident it is once that is over, or was shown."""
    outcome = outcome_of(attendee, watch)
    told = outcome is not IncidentOutcome.RUNNING
    return ScoreCard(
        attendee=attendee.name,
        incident=incident.title if told else "",
        cause=incident.cause if told else "",
        level=incident.level,
        started_at=attendee.started_at,
        outcome=outcome,
        points=points(incident.level, outcome, attendee, watch),
        acknowledged=_first(attendee.acknowledged),
        mitigated=watch.mitigated,
        recovered=watch.recovered,
        ended=watch.ended,
        hints=len(attendee.hints),
        asks_for_help=attendee.help_asked is not None and not told,
        events=watch.events,
        wrong_actions=watch.wrong_actions[:_MOST_MARKS],
        timeline=tuple(_timeline(attendee, watch))[:_MOST_MARKS],
    )


def outcome_of(attendee: AttendeeRecord, watch: WatchRecord) -> IncidentOutcome:
    """Whoever had the way shown before it was over has it solved; while it goes on, it is running."""
    if watch.recovered is None and watch.ended is None and attendee.abandoned is None:
        return IncidentOutcome.RUNNING
    if attendee.solved is not None:
        return IncidentOutcome.SOLVED
    return IncidentOutcome.ABANDONED if watch.recovered is None else IncidentOutcome.RECOVERED


def points(level: int, outcome: IncidentOutcome, attendee: AttendeeRecord, watch: WatchRecord) -> int:
    """0 to 100; 0 while it goes on."""
    if outcome is IncidentOutcome.RUNNING or watch.mitigated is None:
        return 0
    if outcome is IncidentOutcome.ABANDONED and not attendee.acknowledged:
        return 0  # what went by itself is nobody's merit
    left = 100.0
    moments = {"acknowledged": _first(attendee.acknowledged), "mitigated": watch.mitigated}
    for name, (par, most) in _TIMES.items():
        left -= _for_time(moments[name], par * level, most)
    left -= _for_time(watch.recovered, _RECOVERED[0] * level, _RECOVERED[1])
    left -= min(_HINTS_AT_MOST, _HINT * len(attendee.hints))
    left -= min(_WRONG_ACTIONS_AT_MOST, _WRONG_ACTION * len(watch.wrong_actions))
    left -= min(_EVENTS_AT_MOST, watch.events.lost + watch.events.repeated)
    return round(max(0.0, left) * _FEWER[outcome])


def _for_time(moment: float | None, par: float, most: int) -> float:
    """Nothing until par, all of it from twice par on, and where it never came to it."""
    if moment is None:
        return most
    return most * min(1.0, max(0.0, moment / par - 1))


def _first(marks: tuple[CardMark, ...]) -> float | None:
    return marks[0].at if marks else None


def _timeline(attendee: AttendeeRecord, watch: WatchRecord) -> list[CardMark]:
    """Everything in the order of time."""
    said = [CardMark(mark.at, f"said: {mark.what}"[:_LONGEST_TEXT]) for mark in attendee.acknowledged]
    hints = [CardMark(at, f"hint {number}") for number, at in enumerate(attendee.hints, start=1)]
    single = {
        "asked for help": attendee.help_asked,
        "had the way shown": attendee.solved,
        "gave up": attendee.abandoned,
        "the first symptom showed": watch.shown,
        "what is new goes well again": watch.mitigated,
        "nothing is left of it": watch.recovered,
    }
    moments = [CardMark(at, what) for what, at in single.items() if at is not None]
    wrong = [CardMark(mark.at, f"wrong: {mark.what}"[:_LONGEST_TEXT]) for mark in watch.wrong_actions]
    return sorted([*said, *hints, *moments, *wrong, *watch.timeline], key=lambda mark: mark.at)
