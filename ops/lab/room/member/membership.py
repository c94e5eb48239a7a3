"""Membership of a room: which one this laptop has joined, under which name, and what is still to be sent.

It is kept on the disk, so that a laptop that was closed goes on, and sends what it had.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ops.lab.errors import NotUp
from ops.lab.incidents.card import IncidentOutcome, ScoreCard, from_json
from ops.lab.local.private_file import write_private


@dataclass(frozen=True)
class SentCard:
    """`sequence` is this laptop's number of it. `refused` is why the room does not take it."""

    sequence: int
    card: ScoreCard
    refused: str = ""


@dataclass(frozen=True)
class RoomMembership:
    """`kept` is the number up to which the room has everything. `cards` has one for each incident, by its
    start; one that was over before `joined_at` is not of this room. `heard_at` is when the room
    answered last, `clock` what was left of the session then, and `away` why it does not answer now."""

    host: str
    port: int
    name: str
    token: str
    joined_at: float
    sequence: int = 0
    kept: int = 0
    cards: Mapping[float, SentCard] = field(default_factory=dict)
    heard_at: float | None = None
    clock: float | None = None
    away: str = ""

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def unsent(self) -> list[SentCard]:
        """What the room does not have yet, the oldest first."""
        waiting = [each for each in self.cards.values() if each.sequence > self.kept and not each.refused]
        return sorted(waiting, key=lambda each: each.sequence)

    def concerns(self, card: ScoreCard) -> bool:
        """Whether the card is of this room."""
        over = card.outcome is not IncidentOutcome.RUNNING
        return not over or card.started_at + max(card.recovered or 0, card.ended or 0) >= self.joined_at

    def with_card(self, card: ScoreCard) -> "RoomMembership":
        """With the card as it is now, numbered where it is another than before."""
        known = self.cards.get(card.started_at)
        if known is not None and known.card == card:
            return self
        number = max(self.sequence, self.kept) + 1
        return replace(self, sequence=number, cards={**self.cards, card.started_at: SentCard(number, card)})

    def answered(self, document: Mapping[str, Any], now: float) -> "RoomMembership":
        """After an answer of the room."""
        kept = max(self.kept, int(document["sequence"]))
        return replace(self, kept=kept, heard_at=now, clock=document["clock"], away="")

    def with_refusal(self, sent: SentCard, reason: str) -> "RoomMembership":
        """After the room refused a card: it is not sent again, unless it changes."""
        return replace(self, cards={**self.cards, sent.card.started_at: replace(sent, refused=reason)})

    def write(self, path: Path) -> None:
        cards = [
            {"sequence": each.sequence, "refused": each.refused, "card": each.card.to_json()}
            for each in self.cards.values()
        ]
        plain = {name: getattr(self, name) for name in _PLAIN}
        write_private(path, plain | {"cards": cards})


_PLAIN = ("host", "port", "name", "token", "joined_at", "sequence", "kept", "heard_at", "clock", "away")


def read_membership(path: Path) -> RoomMembership | None:
    """The one in the file; None where there is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    sent = [
        SentCard(each["sequence"], from_json(each["card"]), each["refused"]) for each in document["cards"]
    ]
    plain = {name: document[name] for name in _PLAIN}
    return RoomMembership(**plain, cards={each.card.started_at: each for each in sent})


def membership_of(path: Path) -> RoomMembership:
    """The one in the file. Raises NotUp where there is none."""
    found = read_membership(path)
    if found is None:
        raise NotUp(
            "this laptop has joined no room",
            hint="join one, as the facilitator says it: lab room join CODE@HOST",
        )
    return found
