"""Recorded player: a laptop without a lab, which shows the cards of a recording one after another."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ops.lab.incidents.card import CardMark, EventCounts, IncidentOutcome, ScoreCard
from ops.lab.room.member.attendance import Attendance
from ops.lab.room.member.host_link import HostLink
from ops.lab.room.member.membership import RoomMembership

_ENDS = (
    IncidentOutcome.RECOVERED,
    IncidentOutcome.RECOVERED,
    IncidentOutcome.RUNNING,
    IncidentOutcome.SOLVED,
    IncidentOutcome.RECOVERED,
    IncidentOutcome.ABANDONED,
    IncidentOutcome.RUNNING,
)


def recording(number: int, started_at: float) -> list[ScoreCard]:
    """The cards of one incident, as they change; another for each number."""
    pace, level = 1 + 0.17 * (number % 7), 1 + number % 3
    cards = [ScoreCard(f"laptop {number}", "", "", level, started_at, IncidentOutcome.RUNNING, 100)]

    def then(at: float, what: str, **changes: object) -> None:
        last = cards[-1]
        marks = (*last.timeline, CardMark(round(at, 1), what))
        cards.append(replace(last, timeline=marks, **changes))  # type: ignore[arg-type]

    then(95 * pace, "ticket: an order of this morning is not there")
    then(140 * pace, "acknowledged: the worker gets nothing", acknowledged=140 * pace, points=96)
    if number % 3 == 0:
        then(210 * pace, "hint 1", hints=1, points=86)
    if number % 4 == 1:
        wrong = (CardMark(260 * pace, "a blind redrive of all dead letters"),)
        then(260 * pace, "redrive of all dead letters", wrong_actions=wrong, points=cards[-1].points - 15)
    end = _ENDS[number % len(_ENDS)]
    if end is IncidentOutcome.RUNNING:
        then(300 * pace, "asks for help", asks_for_help=number % 2 == 0)
        if number % 3 != 2:
            then(380 * pace, "mitigated", mitigated=380 * pace)
        return cards
    cause = "the event source mapping of the worker was disabled by a release"
    over = {"incident": "mapping_disabled", "cause": cause, "outcome": end}
    if end is IncidentOutcome.RECOVERED:
        then(340 * pace, "mitigated: new events succeed", mitigated=340 * pace)
        events = EventCounts(accepted=400 + number, succeeded=400 + number, dead_lettered=9)
        then(520 * pace, "recovered", recovered=520 * pace, ended=520 * pace, events=events, **over)
    else:
        then(
            600 * pace, str(end), ended=600 * pace, points=20 if end is IncidentOutcome.SOLVED else 0, **over
        )
    return cards


@dataclass
class RecordedPlayer:
    """Joins with the code, and shows a card at each `play`, whether the host hears it or not."""

    folder: Path
    name: str
    cards: Sequence[ScoreCard]
    port: int
    told: list[str] = field(default_factory=list)
    _shown: int = -1

    def __post_init__(self) -> None:
        self.link = HostLink("127.0.0.1", self.port)
        self.attendance = Attendance(self.folder / "member.json", self._card, self.told.append, every=0.02)

    def join(self, code: str) -> None:
        answer = self.link.join(code, self.name)
        started = min(card.started_at for card in self.cards)
        joined = RoomMembership("127.0.0.1", self.port, answer["name"], answer["token"], joined_at=started)
        self.membership = joined.answered(answer, started)
        self.membership.write(self.attendance.path)

    def play(self) -> bool:
        """Show the next card; False at the end of the recording."""
        if self._shown + 1 >= len(self.cards):
            return False
        self._shown += 1
        self.look()
        return True

    def look(self) -> None:
        """Send what is not sent, or a sign of life."""
        self.membership = self.attendance.send(self.attendance.note(self.membership), self.link)

    def _card(self) -> ScoreCard | None:
        return self.cards[self._shown] if self._shown >= 0 else None
