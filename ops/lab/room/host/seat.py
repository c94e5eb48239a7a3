"""Seat of a room: an attendee, the laptop that may write for them, and their cards."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from ops.lab.incidents.card import IncidentOutcome, ScoreCard, from_json

# Of one attendee: more than anybody works on in a day.
MOST_CARDS = 50


@dataclass(frozen=True)
class KeptCard:
    """`sequence` is the sender's number of it: an older one never takes the place of a newer one."""

    sequence: int
    received_at: float
    card: ScoreCard


@dataclass
class Seat:
    """`id` is for addresses and files. `token_digest` is empty once the name is free for another laptop.

    `clock_ahead` is by how many seconds the laptop's clock is ahead of the host's. `cards` has one for each
    incident, in the order of their starts.
    """

    id: str
    name: str
    token_digest: str
    joined_at: float
    last_seen: float
    clock_ahead: float = 0.0
    left: bool = False
    cards: dict[float, KeptCard] = field(default_factory=dict)

    @property
    def sequence(self) -> int:
        """Up to which number the host has what was sent."""
        return max((each.sequence for each in self.cards.values()), default=0)

    @property
    def in_order(self) -> list[ScoreCard]:
        return [self.cards[start].card for start in sorted(self.cards)]

    @property
    def latest(self) -> ScoreCard | None:
        """The card of the incident that was started last."""
        return self.cards[max(self.cards)].card if self.cards else None

    @property
    def points(self) -> int:
        """Of the incidents that are over."""
        return sum(card.points for card in self.in_order if card.outcome is not IncidentOutcome.RUNNING)

    def to_json(self) -> dict[str, Any]:
        """As `from_document` reads it."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "cards": [
                {"sequence": each.sequence, "received_at": each.received_at, "card": each.card.to_json()}
                for each in self.cards.values()
            ],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Seat":
        """The one that was written by this host."""
        kept = [
            KeptCard(each["sequence"], each["received_at"], from_json(each["card"]))
            for each in document["cards"]
        ]
        plain = {name: document[name] for name in _PLAIN}
        return cls(**plain, cards={each.card.started_at: each for each in kept})


_PLAIN = ("id", "name", "token_digest", "joined_at", "last_seen", "clock_ahead", "left")


def digest_of(token: str) -> str:
    """What the host keeps of a token: whoever reads its files cannot write with it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
