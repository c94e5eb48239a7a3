"""Board of a room: one line for each attendee, the best first. It names no incident and no cause.

Others may still be looking for the same one: what it was is told in the debrief.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ops.lab.incidents.card import IncidentOutcome, ScoreCard
from ops.lab.room.host.seat import Seat
from ops.lab.room.protocol import AWAY_SECONDS


class Progress(StrEnum):
    """How far an attendee is with the latest incident, as the board says it."""

    IDLE = "no incident yet"
    LOOKING = "looking"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RECOVERED = "recovered"
    SOLVED = "was shown the way"
    ABANDONED = "abandoned"


class Presence(StrEnum):
    """Whether the laptop is heard of."""

    HERE = "here"
    AWAY = "away"
    LEFT = "left"


@dataclass(frozen=True)
class BoardRow:
    """`clock` is the time since the latest incident's start, or until its end. `points` are of all that are
    over, `worth` is what the running one would bring now."""

    rank: int
    id: str
    name: str
    progress: Progress
    presence: Presence
    silent_seconds: float
    asks_for_help: bool
    points: int
    worth: int | None
    over: int
    card: ScoreCard | None
    clock: float | None


def board_of(seats: Iterable[Seat], now: float) -> list[BoardRow]:
    """The rows by points; of as many points the sooner recovered first, then by name. Equals share a rank."""
    ordered = sorted(seats, key=lambda seat: (-seat.points, _recovery(seat), seat.name.casefold()))
    rows: list[BoardRow] = []
    previous: tuple[int, float] | None = None
    for place, seat in enumerate(ordered, 1):
        score = (seat.points, _recovery(seat))
        rows.append(_row(rows[-1].rank if score == previous else place, seat, now))
        previous = score
    return rows


def progress_of(card: ScoreCard | None) -> Progress:
    """In words for one card; IDLE without one."""
    if card is None:
        return Progress.IDLE
    match card.outcome:
        case IncidentOutcome.RECOVERED:
            return Progress.RECOVERED
        case IncidentOutcome.SOLVED:
            return Progress.SOLVED
        case IncidentOutcome.ABANDONED:
            return Progress.ABANDONED
    if card.mitigated is not None:
        return Progress.MITIGATED
    return Progress.LOOKING if card.acknowledged is None else Progress.ACKNOWLEDGED


def _row(rank: int, seat: Seat, now: float) -> BoardRow:
    card, silent = seat.latest, max(0.0, now - seat.last_seen)
    runs = card is not None and card.outcome is IncidentOutcome.RUNNING
    presence = Presence.LEFT if seat.left else Presence.AWAY if silent > AWAY_SECONDS else Presence.HERE
    return BoardRow(
        rank=rank,
        id=seat.id,
        name=seat.name,
        progress=progress_of(card),
        presence=presence,
        silent_seconds=silent,
        asks_for_help=runs and card is not None and card.asks_for_help,
        points=seat.points,
        worth=card.points if runs and card is not None else None,
        over=sum(each.outcome is not IncidentOutcome.RUNNING for each in seat.in_order),
        card=card,
        clock=time_of(seat, card, now),
    )


def time_of(seat: Seat, card: ScoreCard | None, now: float) -> float | None:
    """Seconds since its start, or until its end, by the host's clock: how far the laptop's is ahead is
    taken off."""
    if card is None:
        return None
    if card.outcome is not IncidentOutcome.RUNNING:
        return card.ended if card.ended is not None else card.recovered
    return max(0.0, now - (card.started_at - seat.clock_ahead))


def _recovery(seat: Seat) -> float:
    """Seconds to recover, of all incidents together; those who have recovered from none come last."""
    recovered = [card.recovered for card in seat.in_order if card.recovered is not None]
    return sum(recovered) if recovered else float("inf")
