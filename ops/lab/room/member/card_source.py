"""Source of cards: gives the current one, or None while there is none. A room's member asks it often."""

import json
from collections.abc import Callable
from pathlib import Path

from ops.lab.errors import Refused
from ops.lab.incidents.card import ScoreCard, from_json

CardSource = Callable[[], ScoreCard | None]


def card_file(path: Path) -> CardSource:
    """The source that reads the file in which `lab incident` keeps the card.

    What is there and is no card counts as none: the next look may find it whole.
    """

    def read() -> ScoreCard | None:
        try:
            return from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, Refused):
            return None

    return read
