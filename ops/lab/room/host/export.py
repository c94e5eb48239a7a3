"""Export of a room: one JSON document, and one HTML page that loads nothing, for after the workshop."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ops.lab.incidents.card import IncidentOutcome
from ops.lab.room.host.debrief import AttendeeCards, RoomDebrief
from ops.lab.room.host.templates import TEMPLATES

VERSION = 1
_STYLES = (
    Path(__file__).parents[2] / "web" / "static" / "frame.css",
    Path(__file__).parents[1] / "static" / "room.css",
)


@dataclass(frozen=True)
class RoomExport:
    """Everyone's cards, whether a room collected them or files did. It has no code and no token."""

    exported_at: float
    attendees: Sequence[AttendeeCards]

    @property
    def by_points(self) -> list[tuple[AttendeeCards, int]]:
        """Each with the points of the incidents that are over, the most first."""
        scored = [
            (each, sum(card.points for card in each.cards if card.outcome is not IncidentOutcome.RUNNING))
            for each in self.attendees
        ]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0].name.casefold()))

    def as_json(self) -> str:
        document = {
            "version": VERSION,
            "exported_at": self.exported_at,
            "attendees": [each.to_json() for each in self.attendees],
        }
        return json.dumps(document, indent=2)

    def as_html(self) -> bytes:
        style = _style()
        text = TEMPLATES.get_template("export.html.j2").render(
            export=self,
            debrief=RoomDebrief.of(self.attendees),
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
        # A card may hold half of a surrogate pair, which UTF-8 does not know.
        return text.encode("utf-8", "backslashreplace")


@cache
def _style() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in _STYLES)
