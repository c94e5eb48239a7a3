"""Debrief of a room: everyone's timelines under each other, on one axis of seconds since each one's start."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ops.lab.incidents.card import CardMark, IncidentOutcome, ScoreCard
from ops.lab.room.host.board import Progress, progress_of, time_of
from ops.lab.room.host.seat import Seat

# Distances of the axis's ticks that people read at a glance, in seconds.
_STEPS = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400)
_MOST_TICKS = 8


@dataclass(frozen=True)
class AttendeeCards:
    """What the debrief is made of: an attendee's cards in the order of their starts.

    `running_for` is how many seconds the last one has lasted, where it is known and not over.
    """

    name: str
    cards: Sequence[ScoreCard]
    running_for: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "cards": [card.to_json() for card in self.cards]}


@dataclass(frozen=True)
class LanePhase:
    """A part of a timeline, in percent of the axis; "unnoticed", "known", "mitigated" or "recovered"."""

    kind: str
    left: float
    width: float


@dataclass(frozen=True)
class LaneMark:
    """A moment of it. `kind` is "acknowledged", "mitigated", "recovered", "ended", "running" or "wrong"."""

    kind: str
    left: float
    at: float
    what: str


@dataclass(frozen=True)
class DebriefLane:
    """One incident of one attendee."""

    name: str
    card: ScoreCard
    progress: Progress
    phases: Sequence[LanePhase]
    marks: Sequence[LaneMark]
    story: Sequence[CardMark]


@dataclass(frozen=True)
class AxisTick:
    at: float
    left: float


@dataclass(frozen=True)
class RoomDebrief:
    """`seconds` is the length of the axis."""

    seconds: float
    ticks: Sequence[AxisTick]
    lanes: Sequence[DebriefLane]

    @classmethod
    def of(cls, attendees: Iterable[AttendeeCards]) -> "RoomDebrief":
        """The lanes in the order of the attendees, and of each one's incidents."""
        told = [(each.name, card, _length(each, card)) for each in attendees for card in each.cards]
        step, seconds = _axis(max((length for *_, length in told), default=60.0))
        ticks = [AxisTick(at * step, 100 * at * step / seconds) for at in range(int(seconds / step) + 1)]
        return cls(seconds, ticks, [_lane(*each, seconds) for each in told])


def cards_of(seats: Iterable[Seat], now: float) -> list[AttendeeCards]:
    """Of a room's seats, by name; who has sent none is left out."""
    return [
        AttendeeCards(seat.name, seat.in_order, time_of(seat, seat.latest, now))
        for seat in sorted(seats, key=lambda seat: seat.name.casefold())
        if seat.cards
    ]


def _axis(longest: float) -> tuple[float, float]:
    """Seconds between two ticks, and of the whole axis, which ends at a tick."""
    step = next((each for each in _STEPS if longest / each <= _MOST_TICKS), None)
    step = step or math.ceil(longest / _MOST_TICKS / _STEPS[-1]) * _STEPS[-1]
    return step, step * max(1, math.ceil(longest / step))


def _length(attendee: AttendeeCards, card: ScoreCard) -> float:
    """Until now where it is known to run, else until the last thing that is known of it."""
    running = card is attendee.cards[-1] and card.outcome is IncidentOutcome.RUNNING
    moments = [card.acknowledged, card.mitigated, card.recovered, card.ended]
    moments += [mark.at for mark in (*card.timeline, *card.wrong_actions)]
    moments.append(attendee.running_for if running else None)
    return max((each for each in moments if each is not None), default=0.0)


def _lane(name: str, card: ScoreCard, length: float, seconds: float) -> DebriefLane:
    wrong = [LaneMark("wrong", 100 * each.at / seconds, each.at, each.what) for each in card.wrong_actions]
    turns = [
        LaneMark(kind, 100 * at / seconds, at, kind)
        for kind, at in (
            ("acknowledged", card.acknowledged),
            ("mitigated", card.mitigated),
            ("recovered", card.recovered),
        )
        if at is not None
    ]
    if card.outcome is IncidentOutcome.RUNNING:
        turns.append(LaneMark("running", 100 * length / seconds, length, "still running"))
    elif card.ended is not None and card.outcome is not IncidentOutcome.RECOVERED:
        turns.append(LaneMark("ended", 100 * card.ended / seconds, card.ended, progress_of(card)))
    # An engine may have wrong actions in its timeline as well: the story tells each once.
    told = {
        *card.timeline,
        *(
            CardMark(each.at, f"wrong: {each.what}")
            for each in card.wrong_actions
            if CardMark(each.at, each.what) not in card.timeline
        ),
    }
    return DebriefLane(
        name=name,
        card=card,
        progress=progress_of(card),
        phases=_phases(card, length, seconds),
        marks=sorted([*turns, *wrong], key=lambda mark: mark.at),
        story=sorted(told, key=lambda mark: (mark.at, mark.what)),
    )


def _phases(card: ScoreCard, end: float, seconds: float) -> list[LanePhase]:
    phases, begin, kind = [], 0.0, "unnoticed"
    for at, following in (
        (card.acknowledged, "known"),
        (card.mitigated, "mitigated"),
        (card.recovered, "recovered"),
    ):
        if at is not None:
            if at > begin:
                phases.append(LanePhase(kind, 100 * begin / seconds, 100 * (at - begin) / seconds))
            begin, kind = max(begin, at), following
    if end > begin:
        phases.append(LanePhase(kind, 100 * begin / seconds, 100 * (end - begin) / seconds))
    return phases
