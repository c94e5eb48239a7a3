"""Page of a card: how one attendee fared, as one document with everything in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.lab.incidents.card import IncidentOutcome, ScoreCard
from ops.lab.report.document import write_document

_STYLE = Path(__file__).with_name("page.css")
_MARKS = {
    IncidentOutcome.RECOVERED: "✓",
    IncidentOutcome.SOLVED: "◐",
    IncidentOutcome.ABANDONED: "✗",
    IncidentOutcome.RUNNING: "…",
}


@dataclass(frozen=True)
class Milestone:
    """A moment on the card's track. `left` is in percent of it; None is what has not happened."""

    name: str
    at: float | None
    left: float


def write_card(card: ScoreCard, path: Path) -> None:
    """Write the card as a page. Raises CommandError where the reports' library is not installed."""
    write_document(path, __package__, _content(card), filters={"clock": clock}, styles=(_STYLE,))


def clock(seconds: float | None) -> str:
    """Minutes and seconds; a dash for what has not happened."""
    return "-" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _content(card: ScoreCard) -> Mapping[str, Any]:
    events = card.events
    return {
        "card": card,
        "mark": _MARKS[card.outcome],
        "title": card.incident or "An incident that goes on",
        "started": datetime.fromtimestamp(card.started_at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "milestones": milestones(card),
        "counts": [
            (events.accepted, "accepted", ""),
            (events.succeeded, "succeeded", ""),
            (events.lost, "lost", "bad" if events.lost else ""),
            (events.repeated, "repeated", "bad" if events.repeated else ""),
            (events.dead_lettered, "dead-lettered, at least", ""),
            (events.parked, "parked", ""),
        ],
        "plots": [],
    }


def milestones(card: ScoreCard) -> list[Milestone]:
    """Detected, mitigated and recovered, on a track that ends with the last thing that happened."""
    moments = {"detected": card.acknowledged, "mitigated": card.mitigated, "recovered": card.recovered}
    known = [*moments.values(), card.ended, *(mark.at for mark in card.timeline)]
    end = max([at for at in known if at is not None], default=0.0) or 1.0
    return [
        Milestone(name, at, 0.0 if at is None else round(100 * at / end, 2)) for name, at in moments.items()
    ]
